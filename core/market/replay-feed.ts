import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { UsageError } from '../kit/errors.ts';
import { barClose } from './bar.ts';
import { type ClosedBar, MergedBars } from './merged-bars.ts';
import type { Series } from './series.ts';

export interface ReplayOptions {
  series: readonly Series[];
  clock: Clock;
  /** Market seconds per wall second. */
  speed: number;
  /** Epoch ms at which an earlier replay of these series stopped. */
  position?: number;
  /** Told at once, in order of close, of every bar that had closed before the replay begins. */
  onHistory: (closed: ClosedBar) => void;
  /** Told of each bar that closes as the market clock runs on. */
  onBar: (closed: ClosedBar) => void;
  /** Told once, when the last bar has closed. */
  onEnd: () => void;
}

export interface Replay {
  /** The market clock: whole epoch ms, never past a bar that was not handed over. */
  now(): number;
  ended(): boolean;
  close(): void;
}

const HISTORY = 20;
/** A timer holds no more than 2^31 ms: a month's bar at speed 1 is waited for in steps. */
const LONGEST_WAIT_MS = 3_600_000;

/** Throws UsageError where series are too short, too few or the same one twice. */
export function assertReplayable(series: readonly Series[]): void {
  if (series.length === 0) throw new UsageError('a replay needs at least one series of bars: name a CSV file');
  const seen = new Set<string>();
  for (const { symbol, timeframe, bars } of series) {
    const name = `${symbol} ${timeframe}`;
    if (bars.length <= HISTORY)
      throw new UsageError(
        `a replay needs at least ${HISTORY + 1} bars, the first ${HISTORY} are history: ${name} has ${bars.length}`,
      );
    if (seen.has(name)) throw new UsageError(`two series are both ${name}: leave one of the files out`);
    seen.add(name);
  }
}

const closeOf = ({ bars, timeframe }: Series, place: number): number => {
  const bar = bars.at(place);
  return bar ? barClose(bar, timeframe) : Number.NEGATIVE_INFINITY;
};

/**
 * Replays series on a market clock (R12): it starts at the latest of their 20th closes or at `position`, runs
 * `speed` times as fast as the wall, hands over each bar as it closes and ends with the last. Throws
 * UsageError for a series of fewer than 21 bars, none at all, one twice, or no speed.
 */
export function startReplay({ series, clock, speed, position, onHistory, onBar, onEnd }: ReplayOptions): Replay {
  if (!(Number.isFinite(speed) && speed > 0))
    throw new UsageError(`a replay's speed is market seconds per second, above 0, such as 300: got ${speed}`);
  assertReplayable(series);
  const end = Math.max(...series.map((one) => closeOf(one, -1)));
  const earliest = Math.max(...series.map((one) => closeOf(one, HISTORY - 1)));
  const start = Math.min(end, Math.max(earliest, position ?? earliest));
  const startedAt = clock.monotonic();
  const merged = new MergedBars(series);
  let handed = start;
  let ended = false;
  let stopped: number | null = null;
  let disarm: Disposer = () => {};

  const elapsed = (): number => Math.min(end, start + (clock.monotonic() - startedAt) * speed);
  // Held back while a bar waits to be handed over: a position stored past it would lose it at the next start.
  const now = (): number => stopped ?? Math.floor(Math.min(elapsed(), Math.max(handed, merged.nextClose - 1)));

  function finish(): void {
    ended = true;
    onEnd();
  }

  function arm(): void {
    const wait = Math.ceil((merged.nextClose - elapsed()) / speed);
    disarm = clock.after(Math.min(LONGEST_WAIT_MS, Math.max(1, wait)), handOver);
  }

  function handOver(): void {
    const until = elapsed();
    for (let closed = merged.take(until); closed; closed = merged.take(until)) {
      handed = barClose(closed.bar, closed.timeframe);
      onBar(closed);
      if (stopped !== null) return;
    }
    if (merged.nextClose === Number.POSITIVE_INFINITY) finish();
    else arm();
  }

  for (let closed = merged.take(start); closed; closed = merged.take(start)) onHistory(closed);
  if (merged.nextClose === Number.POSITIVE_INFINITY) {
    ended = true;
    // Later, so that whoever starts the replay holds it when it is told of its end.
    disarm = clock.after(0, onEnd);
  } else arm();

  return {
    now,
    ended: () => ended,
    close() {
      stopped ??= now();
      disarm();
    },
  };
}
