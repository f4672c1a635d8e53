import { useAlarms, useStores } from '../state/stores.ts';

/** What the store has found wrong with itself: read, put away, and called back from the foot of the page. */
export function Alarms() {
  const { alarms } = useStores();
  const { open } = useAlarms();
  return open.map((sentence) => (
    <div key={sentence} className="alarm bad" role="alert">
      <p dir="auto">{sentence}</p>
      <button type="button" className="plain" onClick={() => alarms.putAway(sentence)}>
        Put away
      </button>
    </div>
  ));
}
