import { useEffect, useRef, useState } from 'react';
import {
  type AuroraWindow,
  type UpdateStanding,
  type UpdateState,
  updateStandingSchema,
} from '../../core/contract/window.ts';
import { Group } from './group.tsx';

/** What stands between this version and a newer one, and the one step that comes next. */
export function Updates({ aurora }: { aurora: AuroraWindow }) {
  const [standing, setStanding] = useState<UpdateStanding | null>(null);
  const outcome = useRef<HTMLParagraphElement>(null);
  const stands = standing?.state.is;
  useEffect(() => aurora.watchUpdate((told) => setStanding(updateStandingSchema.parse(told))), [aurora]);
  useEffect(() => {
    // The button that was pressed is gone by now. The keyboard goes on before the one in its place, not on it: one
    // more Enter is not to take the next step.
    if (stands && document.activeElement === document.body) outcome.current?.focus();
  }, [stands]);
  if (!standing) return null;
  const { version, electron, state } = standing;
  const step = (name: 'check' | 'fetch' | 'restart') => () => void aurora.updateNow(name);
  return (
    <Group title="Updates">
      <p className="standing">
        <span>Version</span> <bdi>Aurora {version}</bdi> <small>on Electron {electron}</small>
      </p>
      <p ref={outcome} tabIndex={-1} className={state.is === 'failed' ? 'outcome bad' : 'outcome'} aria-live="polite">
        {textOf(state, version)}
      </p>
      {state.is === 'found' && state.notes !== null && <Notes version={state.version} text={state.notes} />}
      {state.is === 'fetching' && (
        <p className="fetching">
          <progress aria-label={`Fetching Aurora ${state.version}`} max={100} value={state.percent} />
          <span>{state.percent}%</span>
        </p>
      )}
      <div className="buttons">
        {state.is === 'found' && (
          <button type="button" className="primary" onClick={step('fetch')}>
            Fetch {state.version}
          </button>
        )}
        {state.is === 'fetched' && (
          <button type="button" className="primary" onClick={step('restart')}>
            Restart into {state.version}
          </button>
        )}
        {CHECKABLE.includes(state.is) && (
          <button type="button" onClick={step('check')}>
            Check for updates
          </button>
        )}
      </div>
    </Group>
  );
}

const CHECKABLE: readonly UpdateState['is'][] = ['idle', 'newest', 'found', 'failed'];

function textOf(state: UpdateState, version: string): string {
  switch (state.is) {
    case 'elsewhere':
      return state.message;
    case 'idle':
      return 'Aurora looks for newer versions only when you ask it to.';
    case 'checking':
      return 'Looking for a newer version…';
    case 'newest':
      return `There is no version newer than ${version}.`;
    case 'found':
      return `Aurora ${state.version} is there.`;
    case 'fetching':
      return `Fetching Aurora ${state.version}…`;
    case 'fetched':
      return `Aurora ${state.version} is here and verified. It is installed when you restart into it: work under way is handed back and goes on afterwards.`;
    case 'restarting':
      return `Work is ended, then Aurora ${state.version} starts…`;
    case 'failed':
      return state.message;
  }
}

/** A text of the makers', never markup. */
function Notes({ version, text }: { version: string; text: string }) {
  return (
    <details className="notes">
      <summary>What is new in {version}</summary>
      <div dir="auto">{text}</div>
    </details>
  );
}
