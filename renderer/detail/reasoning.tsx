import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { analysisOf, type Records, recordOf } from './records.ts';

/** Longer than this it scrolls. */
const LONG = 600;

/** What the agents wrote: the analyst, and the validator where it has answered. */
export function Reasoning({ update, records }: { update: SidebarUpdate; records: Records }) {
  const record = recordOf(records, update);
  return (
    <section className="card">
      <h3>Reasoning</h3>
      {record ? <Said record={record} analysis={analysisOf(record, records)} /> : <Missing fault={records.fault} />}
    </section>
  );
}

function Missing({ fault }: { fault: string | null }) {
  return (
    <p className="note">{fault === null ? 'The record is on its way.' : `The record could not be read: ${fault}.`}</p>
  );
}

function Said({ record, analysis }: { record: TradingAnalysisResult; analysis: TradingAnalysisResult | undefined }) {
  if (!analysis) return <Words text={record.reasoning} />;
  return (
    <>
      <Words text={analysis.reasoning} />
      <h4>The validator</h4>
      <Words text={record.reasoning} />
    </>
  );
}

/** Text from outside: as text, whatever is in it; a long one scrolls, so that all of it can be reached. */
function Words({ text }: { text: string }) {
  const said = text.trim();
  if (said === '') return <p className="note">No reason was given.</p>;
  return (
    <p className="words" dir="auto" tabIndex={said.length > LONG ? 0 : undefined}>
      {said}
    </p>
  );
}
