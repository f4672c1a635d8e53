import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarUpdate } from '../../core/signals/sidebar-update.ts';
import { Shape } from '../parts/shape.tsx';
import { Tip } from '../parts/tip.tsx';
import { capital, degradedReason, hiddenHandReason, wasAdjusted } from '../sidebar/row-words.ts';
import { instantOf } from '../state/signals.ts';
import { shortMomentText } from '../state/time-text.ts';
import type { Records } from './records.ts';
import { lastOfEach } from './signal-runs.ts';

const SHOWN = 12;

/** What was said of the symbol before: each analysis once, by its last word. */
export function Earlier({ update, records }: { update: SidebarUpdate; records: Records }) {
  const earlier = lastOfEach(records.items)
    .filter((record) => record.analyzed_at !== update.analyzed_at || record.timeframe !== update.timeframe)
    .slice(0, SHOWN);
  return (
    <section className="card hist">
      <h3>
        Earlier signals <small>newest first</small>
      </h3>
      {earlier.length === 0 ? (
        <p className="note">
          {records.fault === null
            ? 'This is the first one of this symbol.'
            : `They could not be read: ${records.fault}.`}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Signal</th>
              <th scope="col">Confidence</th>
              <th scope="col" className="roomy">
                Phase
              </th>
              <th scope="col">Marks</th>
            </tr>
          </thead>
          <tbody>
            {earlier.map((record) => (
              <Line key={record.offset} record={record} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Line({ record }: { record: TradingAnalysisResult }) {
  const update = toSidebarUpdate(record);
  return (
    <tr>
      <td>
        {shortMomentText(instantOf(update))} <span className="tf">{record.timeframe}</span>
      </td>
      <td className={record.signal.toLowerCase()}>
        <Shape signal={record.signal} /> {record.signal}
      </td>
      <td>
        {wasAdjusted(update) && (
          <s>
            <span className="unseen">before adjustment </span>
            {percent(record.original_confidence)}
          </s>
        )}{' '}
        {percent(record.confidence)}
      </td>
      <td className="roomy">{capital(record.wyckoff_phase)}</td>
      <td>
        {record.stage === 'analysis' && <span className="prov">not validated</span>}
        {record.degraded_inference && (
          <Tip className="badge deg" text={degradedReason(update)}>
            Degraded
          </Tip>
        )}
        {record.hidden_hand_warning !== null && (
          <Tip className="badge hh" text={hiddenHandReason(update)}>
            Hidden Hand
          </Tip>
        )}
      </td>
    </tr>
  );
}
