import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { parseInstant } from '../../core/signals/instant.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';
import { capital } from '../sidebar/row-words.ts';
import { Shape } from '../sidebar/shape.tsx';
import { ageText, timeframeWords } from '../state/age.ts';
import { instantOf } from '../state/signals.ts';
import { useClock, useSignal } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';
import { type Step, waterfall } from './waterfall.ts';

/** What is known of the selected row from the row itself. */
export function SelectedSignal({ symbol }: { symbol: string | null }) {
  const update = useSignal(symbol ?? '');
  return (
    <section className="detail" aria-label="Selected signal">
      {update ? <Known update={update} /> : <Nothing />}
    </section>
  );
}

function Nothing() {
  return (
    <p className="nothing">
      Select a signal to see why its confidence is what it is.
      <span>
        <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> selects
      </span>
    </p>
  );
}

function Known({ update }: { update: SidebarUpdate }) {
  const age = useClock(({ present }) => ageText(present - instantOf(update)));
  return (
    <>
      <header className="dh">
        <h2>
          <bdi title={update.symbol}>{update.symbol}</bdi> <small>{timeframeWords(update.timeframe)}</small>
        </h2>
        <p className={`verdict ${update.signal.toLowerCase()}`}>
          <Shape signal={update.signal} />
          {update.signal} {percent(update.confidence)}
        </p>
        <p className="muted">
          Analysed {momentText(instantOf(update))} · {age} ago
        </p>
      </header>
      <div className="cards">
        <Why update={update} />
        <Provenance update={update} />
      </div>
    </>
  );
}

function Why({ update }: { update: SidebarUpdate }) {
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

function Provenance({ update }: { update: SidebarUpdate }) {
  const { risk } = toSidebarDisplay(update);
  const completed = parseInstant(update.timestamp);
  const facts: [string, string][] = [
    ['Agent', update.completed_by],
    ['Model', update.model ?? 'not named'],
    ['Stage', update.stage === 'signal' ? 'validated' : 'analysis, not validated yet'],
    ['Phase', `${capital(update.wyckoff_phase)}, volume ${update.volume_trend}`],
    ['Risk', `${risk} (${percent(update.risk_score)})`],
    ['Completed', completed === null ? update.timestamp : momentText(completed)],
    ['Task', update.task_id],
    ['Record', `#${update.offset.toLocaleString('en')}`],
  ];
  return (
    <section className="card">
      <h3>Where it comes from</h3>
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd title={fact} dir="auto">
              {fact}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
