import type { BarRow, MarketContext } from '../contract/task.ts';
import { tokensAtMost } from '../kit/tokens.ts';
import { parseInstant, toIso } from '../signals/instant.ts';

/** How much of a market a model is told: all bars, older ones merged, or a summary with the newest few. */
type ContextTier = 'full' | 'merged' | 'summary';

export interface MarketView {
  /** Closed bars, oldest first. */
  bars: readonly BarRow[];
  market_context: MarketContext | null;
}

export interface ContextText {
  tier: ContextTier;
  text: string;
}

/** Any view has a text of at most so many tokens; in practice a summary takes a third of it. */
export const CONTEXT_TOKENS_MIN = 2_000;

/** So many of the newest bars are never merged, and so many are left beside a summary. */
const WHOLE = 20;
const WHOLE_IN_SUMMARY = 5;
const EVENTS = 16;
const EVENTS_IN_SUMMARY = 6;
const RECENT = 20;
/** So many older bars at most become one; beyond that a summary says more. */
const MERGED_MAX = 64;
const FIGURES = 6;

const figure = (value: number): string => String(Number(value.toPrecision(FIGURES)));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** `2026-03-02T09:25Z`; a time that is none as the number that it is. */
const timeText = (ms: number): string =>
  Math.abs(ms) <= 8.64e15
    ? toIso(ms)
        .replace(/:00\.000Z$/, 'Z')
        .replace(/\.000Z$/, 'Z')
    : String(ms);

/** One bar, to the last digit. */
export const barLine = ([time, ...figures]: BarRow): string => [timeText(time), ...figures].join(',');

/** Bars as one: the first's opening, the extremes, the last's close, all volume. */
function merged(bars: readonly BarRow[]): BarRow {
  const [first, last] = [bars[0] as BarRow, bars.at(-1) as BarRow];
  return [
    first[0],
    first[1],
    Math.max(...bars.map((bar) => bar[2])),
    Math.min(...bars.map((bar) => bar[3])),
    last[4],
    bars.reduce((sum, bar) => sum + bar[5], 0),
  ];
}

/** Groups of `size`, counted from the newest, so that only the oldest may have fewer. */
function groups(bars: readonly BarRow[], size: number): BarRow[][] {
  const found: BarRow[][] = [];
  for (let end = bars.length; end > 0; end -= size) found.push(bars.slice(Math.max(0, end - size), end));
  return found.reverse();
}

function summaryLines(bars: readonly BarRow[]): string[] {
  const [first, last] = [bars[0], bars.at(-1)];
  if (!first || !last) return ['no bars are known'];
  const [high, low] = [Math.max(...bars.map((bar) => bar[2])), Math.min(...bars.map((bar) => bar[3]))];
  const ranges = bars.slice(-RECENT).map((bar) => bar[2] - bar[3]);
  const volumes = bars.map((bar) => bar[5]);
  return [
    `${bars.length} bars, opened ${timeText(first[0])} to ${timeText(last[0])}`,
    `close ${figure(first[4])} to ${figure(last[4])} (${figure((100 * (last[4] - first[4])) / first[4])} %)`,
    `highest ${figure(high)}, lowest ${figure(low)}`,
    `mean range of the last ${ranges.length} ${figure(mean(ranges))}`,
    `mean volume ${figure(mean(volumes))}, of the last ${ranges.length} ${figure(mean(volumes.slice(-RECENT)))}`,
  ];
}

function readingLines(context: MarketContext | null, most: number): string[] {
  if (!context) return [];
  const { wyckoff_phase, tier, volume_trend, range, events } = context;
  return [
    `Wyckoff phase ${wyckoff_phase} (tier ${tier ?? 'none'}), volume ${volume_trend}`,
    ...(range ? [`range ${figure(range.support)} to ${figure(range.resistance)}`] : []),
    // A hand-made task may say anything here.
    ...events.slice(-most).flatMap(({ time, kind, value }) => {
      const at = parseInstant(time);
      return at === null ? [] : [`${timeText(at)} ${kind.replace(/\W/g, '').slice(0, 24)} ${figure(value)}`];
    }),
  ];
}

/** The engine's reading of a market with its newest events; some 600 bytes at most. */
export const readingText = (context: MarketContext): string => readingLines(context, EVENTS_IN_SUMMARY).join('\n');

interface Parts {
  older: readonly (readonly BarRow[])[];
  whole: readonly BarRow[];
  events: number;
}

function written({ bars, market_context }: MarketView, { older, whole, events }: Parts): string {
  const size = older.at(-1)?.length ?? 0;
  return [
    ...summaryLines(bars),
    ...readingLines(market_context, events),
    ...(size > 0 ? [`older bars, ${size} as one:`, ...older.map((group) => barLine(merged(group)))] : []),
    ...(whole.length > 0
      ? [`newest ${whole.length} bars (time,open,high,low,close,volume):`, ...whole.map(barLine)]
      : []),
  ].join('\n');
}

/** The tiers from the fullest to the shortest; each is written only where the one before is too long. */
function* tiers(view: MarketView): Generator<ContextText> {
  const { bars } = view;
  yield { tier: 'full', text: written(view, { older: [], whole: bars, events: EVENTS }) };
  const older = bars.slice(0, -WHOLE);
  const most = Math.min(MERGED_MAX, older.length);
  for (let size = 2; size <= most; size = Math.ceil(size * 1.5))
    yield {
      tier: 'merged',
      text: written(view, { older: groups(older, size), whole: bars.slice(-WHOLE), events: EVENTS }),
    };
  yield {
    tier: 'summary',
    text: written(view, { older: [], whole: bars.slice(-WHOLE_IN_SUMMARY), events: EVENTS_IN_SUMMARY }),
  };
}

/**
 * The fullest text of a market that fits into so many tokens; the newest bars are in it to the last digit, and
 * the same view gives the same text. Throws RangeError below CONTEXT_TOKENS_MIN.
 */
export function contextText(view: MarketView, tokens: number): ContextText {
  if (!(tokens >= CONTEXT_TOKENS_MIN))
    throw new RangeError(`a market's context takes ${CONTEXT_TOKENS_MIN} tokens, there are ${tokens}`);
  let last: ContextText | undefined;
  for (last of tiers(view)) if (tokensAtMost(last.text) <= tokens) break;
  return last as ContextText;
}
