import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { priceText } from '../state/precision.ts';
import type { ChartBar } from './chart-bars.ts';
import { type ChartTheme, readTheme } from './chart-theme.ts';
import { type Marks, MarksPrimitive } from './marks-primitive.ts';

type Shown = Omit<Marks, 'theme'> & { decimals: number };

export interface CandleChart {
  show(shown: Shown): void;
  /** Moves the crosshair by so many bars from where it is, or from the newest one. */
  step(by: number): void;
  /** Takes the colours anew. */
  repaint(): void;
  close(): void;
}

export interface CandleChartOptions {
  element: HTMLElement;
  /** Told of the place under the crosshair; null where it is over no bar. */
  onPlace(place: number | null): void;
  /** Told when the oldest bar comes into view. */
  onOldest(): void;
}

const SHOWN_AT_FIRST = 150;
const VOLUME_SHARE = 0.8;
const seconds = (ms: number): UTCTimestamp => (ms / 1_000) as UTCTimestamp;

const chartOptions = (theme: ChartTheme) => ({
  layout: {
    background: { type: ColorType.Solid as const, color: theme.card },
    textColor: theme.faint,
    fontFamily: theme.family,
    fontSize: 11,
    // Made of a style element and markup, which the page's policy refuses: the credit is a link of our own.
    attributionLogo: false,
  },
  grid: { vertLines: { visible: false }, horzLines: { color: theme.line } },
  crosshair: {
    mode: CrosshairMode.Magnet,
    vertLine: { color: theme.faint, labelBackgroundColor: theme.line },
    horzLine: { color: theme.faint, labelBackgroundColor: theme.line },
  },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.1, bottom: 0.26 } },
  timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 3 },
});

const candleColours = (theme: ChartTheme) => ({
  upColor: theme.up,
  downColor: theme.down,
  wickUpColor: theme.up,
  wickDownColor: theme.down,
  borderVisible: false,
});

const candle = (bar: ChartBar) => ({
  time: seconds(bar.time),
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
});

/** Candles, volume and marks on a canvas; what it needs of the page is given to it. */
export function openCandleChart({ element, onPlace, onOldest }: CandleChartOptions): CandleChart {
  let theme = readTheme(element);
  const chart: IChartApi = createChart(element, {
    autoSize: true,
    ...chartOptions(theme),
    localization: { locale: 'en-GB' },
  });
  // The library lays its canvases out in a table, which is none to whoever is read the page.
  element.querySelector('table')?.setAttribute('role', 'presentation');
  const candles: ISeriesApi<'Candlestick'> = chart.addSeries(CandlestickSeries, {
    ...candleColours(theme),
    priceLineVisible: false,
  });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: VOLUME_SHARE, bottom: 0 }, visible: false });
  let shown: Shown | null = null;
  let place: number | null = null;
  let marks: MarksPrimitive | null = null;

  const at = (next: number | null): void => {
    place = next;
    onPlace(next);
  };
  chart.subscribeCrosshairMove(({ logical, sourceEvent }) => {
    // A chart that is laid out anew tells of what lies there now where its crosshair was: nobody has moved it.
    if (logical !== undefined && sourceEvent === undefined) return;
    const over = logical === undefined ? null : Math.round(logical);
    at(over !== null && shown?.data.bars[over] ? over : null);
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (shown && range && range.from < SHOWN_AT_FIRST / 10) onOldest();
  });

  const drawVolume = (bars: readonly ChartBar[]): void =>
    volume.setData(
      bars.map((bar) => ({
        time: seconds(bar.time),
        value: bar.volume,
        color: bar.close >= bar.open ? theme.upVolume : theme.downVolume,
      })),
    );

  function keepView(before: Shown | null, next: Shown): void {
    const scale = chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    const oldest = before?.data.bars[0]?.time;
    const added = oldest === undefined ? -1 : next.data.bars.findIndex((bar) => bar.time === oldest);
    const { length } = next.data.bars;
    if (added < 0 || !range)
      scale.setVisibleLogicalRange({ from: Math.max(-1, length - SHOWN_AT_FIRST), to: length + 2 });
    // Older bars push the others along; the eye's place must not move.
    else if (added > 0) {
      scale.setVisibleLogicalRange({ from: range.from + added, to: range.to + added });
      if (place !== null) at(place + added);
    }
  }

  function setData(before: Shown | null, next: Shown): void {
    candles.applyOptions({
      priceFormat: {
        type: 'custom',
        minMove: 10 ** -next.decimals,
        formatter: (price: number) => priceText(price, next.decimals),
      },
    });
    candles.setData(next.data.bars.map(candle));
    drawVolume(next.data.bars);
    keepView(before, next);
  }

  return {
    show(next) {
      const before = shown;
      shown = next;
      if (before?.data.bars !== next.data.bars) setData(before, next);
      if (marks) marks.show({ ...next, theme });
      else {
        marks = new MarksPrimitive({ ...next, theme });
        candles.attachPrimitive(marks);
      }
    },
    step(by) {
      const bars = shown?.data.bars ?? [];
      const next = Math.max(0, Math.min(bars.length - 1, place === null ? bars.length - 1 : place + by));
      const bar = bars[next];
      if (!bar) return;
      chart.setCrosshairPosition(bar.close, seconds(bar.time), candles);
      at(next);
    },
    repaint() {
      theme = readTheme(element);
      chart.applyOptions(chartOptions(theme));
      candles.applyOptions(candleColours(theme));
      if (!shown) return;
      drawVolume(shown.data.bars);
      marks?.show({ ...shown, theme });
    },
    close: () => chart.remove(),
  };
}
