import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { type Step, waterfall } from './waterfall.ts';

/** How the confidence came down from what the model said. */
export function Why({ update }: { update: SidebarUpdate }) {
  return (
    <section className="card">
      <h3>Why {percent(update.confidence)}</h3>
      <ol className="wf">
        {waterfall(update).map((step) => (
          <StepLine key={step.kind} step={step} signal={update.signal} />
        ))}
      </ol>
      {update.adjustments.length === 0 && <p className="note">Nothing spoke against what the model said.</p>}
      {update.warning !== null && (
        <p className="note">Not wrong by itself: a move may be forming. Against the phase it is less likely to hold.</p>
      )}
    </section>
  );
}

function StepLine({ step, signal }: { step: Step; signal: SidebarUpdate['signal'] }) {
  const kind = step.kind === 'shown' ? `shown ${signal.toLowerCase()}` : step.kind;
  const inFigures = step.kind === 'said' || step.kind === 'shown' ? step.to : step.from;
  return (
    <li className={kind}>
      <span>
        <bdi>{step.label}</bdi> {step.multiplier !== null && <em>× {step.multiplier}</em>}
      </span>
      <i aria-hidden="true">
        <i style={{ left: `${step.from * 100}%`, width: `${(step.to - step.from) * 100}%` }} />
      </i>
      <b>{percent(inFigures)}</b>
    </li>
  );
}
