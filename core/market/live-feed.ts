import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { type Bar, barMs } from './bar.ts';
import { type Exchange, ExchangeError } from './exchange.ts';
import { LiveBars, type Oddity } from './live-bars.ts';

export interface Wanted {
  symbol: string;
  timeframe: string;
}

export interface LiveFeedOptions {
  exchange: Exchange;
  wanted: readonly Wanted[];
  clock: Clock;
  log: Log;
  /** The newest bar of a series that is stored. */
  lastOf: (wanted: Wanted) => Bar | null;
  /** Stores bars, oldest first; false where they could not be, so that they are asked for again. */
  keep: (wanted: Wanted, bars: readonly Bar[]) => Promise<boolean>;
  /** Told after bars were stored; `fresh` where the newest of them has just closed. */
  onBars: (wanted: Wanted, fresh: boolean) => void;
}

export type FeedState = 'connecting' | 'live' | 'mute' | 'reconnecting' | 'limited' | 'refused';

/** How a series stands; the worst of them is how the feed does. */
const WORST: readonly FeedState[] = ['refused', 'reconnecting', 'limited', 'mute', 'connecting', 'live'];

/** So many bars a series begins with where none are stored. */
const HISTORY = 500;
const PAGE = 500;
/** Bars are asked for so long after they close: an exchange needs a moment. */
const AFTER_CLOSE_MS = 1_500;
const AGAIN_LEAST_MS = 1_000;
const AGAIN_MOST_MS = 15_000;
const BACK_OFF_MS = [1_000, 60_000] as const;
const LIMITED_MS = 30_000;
const REFUSED_MS = 600_000;
/** So old a bar that stands out is news to nobody. */
const ODD_SHOWN_MS = 86_400_000;
/** After a bar is overdue for so many lengths the feed is mute, however well it answers. */
const MUTE_BARS = 2;
const MUTE_LEAST_MS = 30_000;
/** How often a gap is asked for before it is taken for one that nobody can fill. */
const GAP_TRIES = 3;
const ODDITIES = 20;
const LONGEST_WAIT_MS = 3_600_000;

interface Line {
  wanted: Wanted;
  bars: LiveBars;
  state: FeedState;
  why: string | null;
  failures: number;
  gapTries: number;
  oddities: Oddity[];
  disarm: Disposer;
}

/** Closed bars of an exchange's series as they come, each stored before anybody is told of it. */
export class LiveFeed {
  readonly #to: LiveFeedOptions;
  readonly #lines: Line[];
  #closed = false;

  constructor(options: LiveFeedOptions) {
    this.#to = options;
    this.#lines = options.wanted.map((wanted) => ({
      wanted,
      bars: new LiveBars(wanted.timeframe, options.lastOf(wanted)),
      state: 'connecting',
      why: null,
      failures: 0,
      gapTries: 0,
      oddities: [],
      disarm: () => {},
    }));
    for (const line of this.#lines) this.#askIn(line, 0);
  }

  /** How the feed stands, and a sentence where that is not well. */
  state(): { state: FeedState; message: string | null } {
    const state = WORST.find((one) => this.#lines.some((line) => this.#stateOf(line) === one)) ?? 'live';
    const line = this.#lines.find((one) => this.#stateOf(one) === state);
    return { state, message: line ? this.#sentence(line, state) : null };
  }

  /** What stood out lately, newest last. */
  oddities(): readonly (Oddity & Wanted)[] {
    return this.#lines.flatMap(({ wanted, oddities }) => oddities.map((oddity) => ({ ...wanted, ...oddity })));
  }

  close(): void {
    this.#closed = true;
    for (const { disarm } of this.#lines) disarm();
  }

  #stateOf(line: Line): FeedState {
    return line.state === 'live' && this.#overdue(line) > this.#muteAfter(line) ? 'mute' : line.state;
  }

  #muteAfter({ wanted }: Line): number {
    return Math.max(MUTE_LEAST_MS, MUTE_BARS * barMs(wanted.timeframe));
  }

  /** For how long the next bar should have been here, ms; negative while it is not due. */
  #overdue({ bars }: Line): number {
    const { nextClose } = bars;
    return nextClose === null ? Number.NEGATIVE_INFINITY : this.#to.clock.now() - nextClose;
  }

  #sentence(line: Line, state: FeedState): string | null {
    const { name } = this.#to.exchange;
    const of = `${line.wanted.symbol} ${line.wanted.timeframe}`;
    switch (state) {
      case 'live':
        return this.#oddSentence();
      case 'connecting':
        return `Asking ${name} for bars of ${of}`;
      case 'mute': {
        const minutes = Math.round(this.#overdue(line) / 60_000);
        const odd = this.#oddSentence();
        return `${name} answers but has sent no bar of ${of} for ${minutes} min more than it should take: its signals are of before${odd ? `. Lately ${odd}` : ''}`;
      }
      case 'reconnecting':
        return `${name} cannot be reached (${line.why}): it is tried again by itself, and what is missed meanwhile is fetched then`;
      case 'limited':
        return `${name} asks for a pause (${line.why}): fewer symbols, or longer bars, need fewer requests`;
      case 'refused':
        return `${name} will not give ${of} (${line.why}): check the symbol and the timeframe in Settings or --feed`;
    }
  }

  #oddSentence(): string | null {
    const since = this.#to.clock.now() - ODD_SHOWN_MS;
    const last = this.oddities().findLast(({ time }) => time === null || time >= since);
    return last ? `${last.symbol} ${last.timeframe}: ${last.is} (${last.what})` : null;
  }

  #askIn(line: Line, ms: number): void {
    if (this.#closed) return;
    line.disarm();
    line.disarm = this.#to.clock.after(Math.min(LONGEST_WAIT_MS, Math.max(0, ms)), () => void this.#ask(line));
  }

  async #ask(line: Line): Promise<void> {
    const { exchange, clock } = this.#to;
    const { symbol, timeframe } = line.wanted;
    const { last } = line.bars;
    const since = last ? last.time + 1 : clock.now() - HISTORY * barMs(timeframe);
    try {
      const answer = await exchange.bars(symbol, timeframe, since, PAGE);
      if (this.#closed) return;
      await this.#take(line, answer);
    } catch (error) {
      this.#failed(line, error);
    }
  }

  async #take(line: Line, answer: unknown): Promise<void> {
    const { clock, keep, onBars } = this.#to;
    // Taken on trial: what could not be stored is asked for again from the same place.
    const trial = new LiveBars(line.wanted.timeframe, line.bars.last);
    const { bars, gap, oddities } = trial.take(answer, clock.now(), line.gapTries >= GAP_TRIES);
    const kept = bars.length === 0 || (await keep(line.wanted, bars));
    if (this.#closed) return;
    if (!kept) return this.#askIn(line, AGAIN_MOST_MS);
    line.bars = trial;
    this.#note(line, oddities);
    line.failures = 0;
    line.state = 'live';
    line.why = null;
    if (bars.length > 0) onBars(line.wanted, this.#overdue(line) < 0);
    if (gap !== null) {
      line.gapTries += 1;
      return this.#askIn(line, AGAIN_LEAST_MS * line.gapTries);
    }
    if (bars.length > 0) line.gapTries = 0;
    this.#askIn(line, this.#waitAfter(line, bars.length));
  }

  /** A page that brought bars may have more behind it; else what is due next is waited for. */
  #waitAfter(line: Line, came: number): number {
    const overdue = this.#overdue(line);
    if (overdue === Number.NEGATIVE_INFINITY) return AGAIN_MOST_MS;
    if (overdue < -AFTER_CLOSE_MS) return -overdue + AFTER_CLOSE_MS;
    if (came > 1) return 0;
    return Math.min(AGAIN_MOST_MS, Math.max(AGAIN_LEAST_MS, barMs(line.wanted.timeframe) / 20));
  }

  #failed(line: Line, error: unknown): void {
    const { log, exchange } = this.#to;
    const is = error instanceof ExchangeError ? error.is : 'unreachable';
    line.failures += 1;
    line.state = is === 'unreachable' ? 'reconnecting' : is;
    line.why = messageOf(error);
    if (line.failures === 1)
      log.warn({ exchange: exchange.name, ...line.wanted, state: line.state, error: line.why }, 'a feed gave no bars');
    const [least, most] = BACK_OFF_MS;
    const backOff = Math.min(most, least * 2 ** (line.failures - 1));
    const wait = { reconnecting: backOff, limited: Math.max(backOff, LIMITED_MS), refused: REFUSED_MS }[line.state];
    this.#askIn(line, wait ?? backOff);
  }

  #note(line: Line, oddities: readonly Oddity[]): void {
    if (oddities.length === 0) return;
    line.oddities = [...line.oddities, ...oddities].slice(-ODDITIES);
    const [first] = oddities;
    this.#to.log.warn(
      { exchange: this.#to.exchange.name, ...line.wanted, count: oddities.length, ...first },
      'a feed sent bars that stand out',
    );
  }
}
