import { lazy, Suspense, useMemo } from 'react';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { timeframeWords } from '../state/age.ts';
import { originOf } from '../state/feed.ts';
import { useFeed, useStores, useView } from '../state/stores.ts';
import { useBars } from './bars.ts';
import type { Records } from './records.ts';
import { turnsOf } from './signal-runs.ts';

const Chart = lazy(() => import('./chart.tsx').then((module) => ({ default: module.Chart })));

const SWITCHES = 6;

/** The bars around the signal, with what was said and read in them. */
export function ChartCard({ update, records }: { update: SidebarUpdate; records: Records }) {
  const timeframe = useView((state) => state.timeframe) ?? update.timeframe;
  const { data, known, fault, loadOlder } = useBars(update.symbol, timeframe);
  const turns = useMemo(() => turnsOf(records.items, update.timeframe), [records.items, update.timeframe]);
  const origin = useFeed(originOf);
  return (
    <section className="card chart" aria-label="Chart">
      <div className="tools">
        <Timeframes own={update.timeframe} shown={timeframe} all={data.timeframes} />
        {data.bars.length > 0 && (
          <a className="credit" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            Chart by TradingView
          </a>
        )}
      </div>
      {data.bars.length > 0 ? (
        <Suspense fallback={<Blank text="" />}>
          <Chart symbol={update.symbol} timeframe={timeframe} data={data} turns={turns} onOldest={loadOlder} />
        </Suspense>
      ) : (
        <Blank text={blankText(known, fault, timeframe)} />
      )}
      {origin !== null && origin !== 'live' && (
        <span className="watermark" aria-hidden="true">
          {origin}
        </span>
      )}
    </section>
  );
}

function blankText(known: boolean, fault: string | null, timeframe: string): string {
  if (fault !== null) return `The bars could not be read: ${fault}.`;
  return known ? `The engine holds no bars of this symbol in ${timeframeWords(timeframe)}.` : '';
}

const Blank = ({ text }: { text: string }) => <p className="blank">{text}</p>;

function Timeframes({ own, shown, all }: { own: string; shown: string; all: readonly string[] }) {
  const { view } = useStores();
  if (all.length === 0) return null;
  const offered = [...new Set([...all.slice(0, SWITCHES), ...all.filter((one) => one === own || one === shown)])];
  return (
    <fieldset className="seg timeframes" aria-label="Timeframe">
      {offered.map((timeframe) => (
        <button
          key={timeframe}
          type="button"
          aria-pressed={timeframe === shown}
          title={timeframeWords(timeframe)}
          onClick={() => view.setState({ timeframe: timeframe === own ? null : timeframe })}
        >
          {timeframe}
        </button>
      ))}
    </fieldset>
  );
}
