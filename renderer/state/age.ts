const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "12 s", "4 min", "5 h", "3 d", rounded down; what seems to lie ahead is of now. */
export function ageText(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

// A month counts 30 days: enough to fade a row by.
const UNIT_MS: Record<string, number> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, M: 30 * DAY };
const UNIT_WORD: Record<string, string> = { m: 'minute', h: 'hour', d: 'day', w: 'week', M: 'month' };

const split = (timeframe: string): [count: number, unit: string] => [
  Number(timeframe.slice(0, -1)),
  timeframe.slice(-1),
];

/** How long one bar of the timeframe lasts. */
export function barMs(timeframe: string): number {
  const [count, unit] = split(timeframe);
  return count * (UNIT_MS[unit] ?? 0);
}

/** "15 minutes". */
export function timeframeWords(timeframe: string): string {
  const [count, unit] = split(timeframe);
  return `${count} ${UNIT_WORD[unit] ?? unit}${count === 1 ? '' : 's'}`;
}

const FRESH_BARS = 3;

/** Older than three bars of its timeframe: the market has moved on. */
export const isOld = (ageMs: number, timeframe: string): boolean => ageMs > FRESH_BARS * barMs(timeframe);
