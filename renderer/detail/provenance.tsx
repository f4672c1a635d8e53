import type { ReactNode } from 'react';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { parseInstant } from '../../core/signals/instant.ts';
import { percent } from '../../core/signals/percent.ts';
import { Copy } from '../parts/copy.tsx';
import { Tip } from '../parts/tip.tsx';
import { capital } from '../sidebar/row-words.ts';
import { momentText } from '../state/time-text.ts';
import { type Byline, bylines } from './bylines.ts';
import { costText, latencyText, tokensText } from './cost-text.ts';
import { useHashCheck } from './hash-check.ts';
import { type Records, recordOf } from './records.ts';

/** Who said it, with what, how long it took to store, and under which record it is kept. */
export function Provenance({ update, records }: { update: SidebarUpdate; records: Records }) {
  const record = recordOf(records, update);
  const completed = parseInstant(update.timestamp);
  return (
    <section className="card origins">
      <h3>Where it comes from</h3>
      {bylines(update, records).map((one) => (
        <By key={one.title} byline={one} />
      ))}
      <h4>The record</h4>
      <dl className="facts">
        <Fact term="Stage" text={update.stage === 'signal' ? 'validated' : 'analysis, not validated yet'} />
        <Fact term="Phase" text={`${capital(update.wyckoff_phase)}${record ? readBy(record) : ''}`} />
        <Fact term="Volume" text={update.volume_trend} />
        <Fact term="Risk" text={percent(update.risk_score)} />
        <Fact term="Completed" text={completed === null ? update.timestamp : momentText(completed)} />
        {record && <Fact term="Stored in" text={`${latencyText(record.latency_ms)}, attempt ${record.attempt}`} />}
        <Fact term="Task" text={update.task_id} />
        <Fact term="Record" text={`#${update.offset.toLocaleString('en-GB')}`} />
        {record && (
          <Fact term="Hash" text={record.hash} short={`${record.hash.slice(0, 8)}…${record.hash.slice(-8)}`}>
            <Checked update={update} />
            <Copy text={record.hash} label="the record's hash" />
          </Fact>
        )}
      </dl>
    </section>
  );
}

function By({ byline: { title, agent, model, fallback, usage } }: { byline: Byline }) {
  const cost = usage ? costText(usage) : '';
  return (
    <>
      <h4>{title}</h4>
      <dl className="facts">
        <Fact term="Agent" text={agent} />
        <Fact term="Model" text={model ?? 'not named'}>
          {fallback && <span className="badge deg">Fallback</span>}
        </Fact>
        {usage !== undefined && <Fact term="Tokens" text={`${tokensText(usage)}${cost && ` · ${cost}`}`} />}
      </dl>
    </>
  );
}

/** Whether the record is still what was stored. */
function Checked({ update }: { update: SidebarUpdate }) {
  const check = useHashCheck(update);
  if (check === 'unknown') return null;
  return check === 'adds_up' ? (
    <Tip className="verified" text="Made anew from the record and the hash of the one before it: nothing was changed.">
      <span aria-hidden="true">✓ </span>verified
    </Tip>
  ) : (
    <Tip className="forged" text="The hash is not that of this record and the one before it: one of them was changed.">
      <span aria-hidden="true">✗ </span>does not add up
    </Tip>
  );
}

/** Who read the phase that stands in the record. */
function readBy({ market_readings: { engine, agent }, wyckoff_phase }: TradingAnalysisResult): string {
  if (wyckoff_phase === 'unknown') return '';
  if (engine?.wyckoff_phase === wyckoff_phase && engine.tier) return `, engine, tier ${engine.tier}`;
  return agent?.wyckoff_phase === wyckoff_phase ? ', agent' : '';
}

interface FactProps {
  term: string;
  text: string;
  /** In place of a text that is too long for anybody. */
  short?: string;
  children?: ReactNode;
}

function Fact({ term, text, short, children }: FactProps) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <span title={text} dir="auto">
          {short ?? text}
        </span>
        {children}
      </dd>
    </div>
  );
}
