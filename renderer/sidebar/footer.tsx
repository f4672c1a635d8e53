import { Tip } from '../parts/tip.tsx';
import { agentsSign, feedSign, type Sign, sovereignSign, troubles, waitingSign } from '../state/health.ts';
import { useAlarms, useFeed, useStores } from '../state/stores.ts';

/** How the engine behind the rows is. */
export function Footer() {
  const status = useFeed((state) => state.status);
  const unreadable = useFeed((state) => state.unreadable);
  const offset = useFeed((state) => state.signals.newest.offset);
  return (
    <footer className="foot">
      {status && <Troubles lines={troubles(status, unreadable)} />}
      <div className="signs">
        {status ? (
          [agentsSign(status), sovereignSign(status), feedSign(status), waitingSign(status)].map(
            (sign) => sign && <SignWord key={sign.label.replace(/\d/g, '')} sign={sign} />,
          )
        ) : (
          <span>No word from the engine yet</span>
        )}
        <AlarmsAway />
        {offset > 0 && (
          <span className="offset" title="Offset of the newest result on screen">
            #{offset.toLocaleString('en-GB')}
          </span>
        )}
      </div>
    </footer>
  );
}

/** The way back to what was put away. */
function AlarmsAway() {
  const { alarms } = useStores();
  const { away } = useAlarms();
  if (away === 0) return null;
  return (
    <button type="button" className="sign bad" onClick={alarms.callBack}>
      <i aria-hidden="true" />
      {away.toLocaleString('en-GB')} {away === 1 ? 'alarm' : 'alarms'}
    </button>
  );
}

function SignWord({ sign }: { sign: Sign }) {
  return (
    <Tip className={`sign ${sign.tone}`} text={sign.reason}>
      {sign.tone !== 'quiet' && <i aria-hidden="true" />}
      {sign.label}
    </Tip>
  );
}

function Troubles({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className="troubles" aria-label="Needs attention">
      {lines.map((line) => (
        <li key={line} title={line} dir="auto">
          {line}
        </li>
      ))}
    </ul>
  );
}
