import { useEffect, useRef, useState } from 'react';
import { mostDecimals } from '../../core/signals/decimals.ts';
import { capital } from '../sidebar/row-words.ts';
import { timeframeWords } from '../state/age.ts';
import { priceText } from '../state/precision.ts';
import { momentText } from '../state/time-text.ts';
import { type CandleChart, openCandleChart } from './candle-chart.ts';
import type { ChartBar, ChartBars } from './chart-bars.ts';
import { eventWords } from './event-words.ts';
import type { Turn } from './signal-runs.ts';

interface ChartProps {
  symbol: string;
  timeframe: string;
  data: ChartBars;
  turns: readonly Turn[];
  onOldest(): void;
}

/** Candles that a keyboard can walk along; loaded only once a symbol is open. */
export function Chart({ symbol, timeframe, data, turns, onOldest }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChart | null>(null);
  const oldest = useRef(onOldest);
  const [place, setPlace] = useState<number | null>(null);
  const decimals = mostDecimals(
    data.bars.slice(-200).flatMap(({ open, high, low, close }) => [open, high, low, close]),
  );

  useEffect(() => {
    oldest.current = onOldest;
  });
  useEffect(() => {
    if (!element.current) return;
    const open = openCandleChart({ element: element.current, onPlace: setPlace, onOldest: () => oldest.current() });
    chart.current = open;
    const theme = new MutationObserver(open.repaint);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    // Canvas text is of whatever font was there when it was drawn.
    void document.fonts.ready.then(() => chart.current === open && open.repaint());
    return () => {
      theme.disconnect();
      chart.current = null;
      open.close();
    };
  }, []);
  useEffect(() => chart.current?.show({ data, turns, decimals }), [data, turns, decimals]);

  const under = data.bars[place ?? data.bars.length - 1];
  return (
    <>
      {under && <Values bar={under} data={data} decimals={decimals} />}
      <div
        className="candles"
        ref={element}
        role="application"
        aria-roledescription="chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as above.
        tabIndex={0}
        aria-label={`${symbol}, ${timeframeWords(timeframe)}: ${data.bars.length} bars. Left and right go from bar to bar.`}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          chart.current?.step(event.shiftKey ? by * 10 : by);
        }}
      />
    </>
  );
}

/** The figures of the bar under the crosshair, or of the newest one. */
function Values({ bar, data, decimals }: { bar: ChartBar; data: ChartBars; decimals: number }) {
  const events = data.events.filter(({ time }) => time === bar.time).map(({ kind }) => eventWords(kind).long);
  const figures: [string, string][] = [
    ['O', priceText(bar.open, decimals)],
    ['H', priceText(bar.high, decimals)],
    ['L', priceText(bar.low, decimals)],
    ['C', priceText(bar.close, decimals)],
    ['V', volume.format(bar.volume)],
  ];
  return (
    <p className="values">
      <time dateTime={new Date(bar.time).toISOString()}>{momentText(bar.time)}</time>{' '}
      {figures.map(([name, text]) => (
        <span key={name}>
          <i>{name}</i> {text}{' '}
        </span>
      ))}
      {bar.phase && (
        <span>
          {capital(bar.phase.name)}
          {bar.phase.tier > 0 && <i> tier {bar.phase.tier}</i>}
        </span>
      )}
      {events.length > 0 && <strong>{events.map(capital).join(', ')}</strong>}
    </p>
  );
}

const volume = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumSignificantDigits: 4 });
