import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { toIso } from '../signals/instant.ts';

/** Tokens of input and output together, and US dollars. */
export interface Amount {
  tokens: number;
  usd: number;
}

/** What may be used; null is no limit. */
export interface BudgetLimits {
  tokens_per_hour: number | null;
  tokens_per_day: number | null;
  usd_per_hour: number | null;
  usd_per_day: number | null;
}

interface Window extends Amount {
  /** Epoch ms at which it began. */
  since: number;
}

/** What was used in the hour and the day (UTC) that run. */
export interface Spent {
  hour: Window;
  day: Window;
}

export interface BudgetOptions {
  limits: BudgetLimits;
  clock: Pick<Clock, 'now' | 'after'>;
  /** What an earlier run has left. */
  spent?: Spent | null;
  /** Told of each change, before the call that makes it leaves. */
  keep?: (spent: Spent) => void;
}

/** What was set aside for one call. */
export interface Reservation {
  /** The call took this much instead. */
  settle(used: Amount): void;
}

const LENGTHS = { hour: 3_600_000, day: 86_400_000 } as const;
type Length = keyof typeof LENGTHS;
const NOTHING: Amount = { tokens: 0, usd: 0 };
/** Sums of money drift by less than this. */
const ROUNDING = 1e-9;

export const inWords = {
  tokens: (amount: number): string => `${Math.round(amount)} tokens`,
  usd: (amount: number): string => `${Number(amount.toFixed(4))} USD`,
};

/**
 * What models may use in an hour and in a day. It is set aside before a call and settled after it, so that calls
 * which run at the same time cannot overshoot together; a call counts for the hour in which it began.
 */
export class Budget {
  readonly #to: BudgetOptions;
  readonly #windows: Spent;
  readonly #listeners = new Set<() => void>();
  /** The call that found no room last, until there is room for it again. */
  #refused: { need: Amount; stop: Disposer } | null = null;

  constructor(options: BudgetOptions) {
    this.#to = options;
    this.#windows = {
      hour: { since: 0, ...NOTHING, ...options.spent?.hour },
      day: { since: 0, ...NOTHING, ...options.spent?.day },
    };
  }

  /** Null where there is no room; `shut` then says why. */
  reserve(need: Amount): Reservation | null {
    this.#roll();
    const full = this.#full(need);
    if (full) {
      this.#refuse(need, full);
      return null;
    }
    const { hour, day } = this.#windows;
    this.#add(hour, need);
    this.#add(day, need);
    let open = true;
    return {
      settle: (used) => {
        if (!open) return;
        open = false;
        const rest = { tokens: used.tokens - need.tokens, usd: used.usd - need.usd };
        this.#add(hour, rest);
        this.#add(day, rest);
        this.#look();
      },
    };
  }

  /** What was used in the hour and the day that run, and what is set aside for calls at work. */
  used(): Spent {
    this.#roll();
    return this.#windows;
  }

  /** Why no call like the last one can be made now; null where it can. */
  shut(): string | null {
    if (!this.#refused) return null;
    this.#roll();
    const full = this.#full(this.#refused.need);
    return full && this.#sentence(full);
  }

  /** Told when there is no room any more, and when there is again. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#refused?.stop();
    this.#refused = null;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #refuse(need: Amount, full: { length: Length }): void {
    const before = this.shut();
    this.#refused?.stop();
    const { since } = this.#windows[full.length];
    const ms = since + LENGTHS[full.length] - this.#to.clock.now();
    this.#refused = { need, stop: this.#to.clock.after(Math.max(1, ms), () => this.#look()) };
    if (before !== this.shut()) this.#changed();
  }

  /** Whether what was refused would find room now. */
  #look(): void {
    if (!this.#refused) return;
    this.#roll();
    const full = this.#full(this.#refused.need);
    if (full) return this.#refuse(this.#refused.need, full);
    this.close();
    this.#changed();
  }

  #full(need: Amount): { length: Length; unit: keyof Amount; limit: number } | null {
    for (const length of ['day', 'hour'] as const)
      for (const unit of ['tokens', 'usd'] as const) {
        const limit = this.#to.limits[`${unit}_per_${length}`];
        if (limit !== null && this.#windows[length][unit] + need[unit] > limit + ROUNDING)
          return { length, unit, limit };
      }
    return null;
  }

  #sentence({ length, unit, limit }: { length: Length; unit: keyof Amount; limit: number }): string {
    const used = inWords[unit](this.#windows[length][unit]);
    const until = toIso(this.#windows[length].since + LENGTHS[length]);
    return `the budget of ${inWords[unit](limit)} in ${length === 'hour' ? 'an hour' : 'a day'} has no room for another call (${used} are used): it goes on at ${until}, or raise the budget in models.json`;
  }

  #add(window: Window, { tokens, usd }: Amount): void {
    window.tokens = Math.max(0, window.tokens + tokens);
    window.usd = Math.max(0, window.usd + usd);
    this.#to.keep?.(this.#windows);
  }

  /** Begins a new window where the one that runs is over; a clock that was set back a little buys no second one. */
  #roll(): void {
    const now = this.#to.clock.now();
    for (const length of ['hour', 'day'] as const) {
      const since = Math.floor(now / LENGTHS[length]) * LENGTHS[length];
      const ahead = this.#windows[length].since - since;
      if (ahead < 0 || ahead > LENGTHS[length]) this.#windows[length] = { since, ...NOTHING };
    }
  }
}
