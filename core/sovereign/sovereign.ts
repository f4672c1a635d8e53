import type { Used } from '../contract/sovereign-state.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { ModelFailure } from './failure.ts';
import type { Model, ModelAnswer, SovereignAnswer } from './model.ts';

/** How a Sovereign stands, as heartbeats carry it; `reason` is a sentence for people. */
export interface SovereignState {
  circuit: 'closed' | 'open' | 'half_open';
  reason: string | null;
  model: string;
  /** Left out where nothing is asked that takes tokens. */
  used?: Used;
}

export interface SovereignOptions<Question> {
  primary: Model<Question>;
  fallback: Model<Question> | null;
  /** How long an answer may take, the fallback's included, ms. */
  totalMs: number;
  /** What the models have used. */
  used?: (() => Used) | undefined;
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
}

/** As much as a heartbeat takes. */
const REASON_MAX = 500;

/** Asks a primary model, else a fallback, whose answers say so; and tells how the two stand. */
export class Sovereign<Question extends { symbol: string }> {
  readonly #to: SovereignOptions<Question>;
  readonly #listeners = new Set<() => void>();
  /** What was wrong with the primary when the fallback gave the last answer; null where it did itself, or by its nature cannot. */
  #degraded: string | null = null;
  #told: string;

  constructor(options: SovereignOptions<Question>) {
    this.#to = options;
    this.#told = JSON.stringify(this.state());
    options.primary.onChange(() => this.#look());
    options.fallback?.onChange(() => this.#look());
  }

  /** Throws ModelFailure or ModelRefusedError where neither can answer. */
  async decide(question: Question, signal: AbortSignal): Promise<SovereignAnswer> {
    const { primary, fallback, totalMs, clock, log } = this.#to;
    const patience = { signal, until: clock.monotonic() + totalMs };
    try {
      return this.#answered(await primary.answer(question, patience), primary.name, null);
    } catch (error) {
      if (!fallback || signal.aborted || (error instanceof ModelFailure && error.fault === 'capped')) throw error;
      const reason = messageOf(error);
      log.info(
        { symbol: question.symbol, primary: primary.name, fallback: fallback.name, reason },
        'fallback model asked',
      );
      const answer = await fallback.answer(question, patience).catch((second: unknown) => {
        throw both(error, second);
      });
      return this.#answered(answer, fallback.name, error);
    }
  }

  state(): SovereignState {
    const { circuit, reason, model } = this.#stand();
    const { used } = this.#to;
    return {
      circuit,
      reason: reason?.slice(0, REASON_MAX).toWellFormed() ?? null,
      model,
      ...(used ? { used: used() } : {}),
    };
  }

  /** Told when what `state` says has changed. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #stand(): SovereignState {
    const { primary, fallback } = this.#to;
    const first = primary.state();
    if (first.is === 'ready') {
      if (this.#degraded === null || !fallback) return { circuit: 'closed', reason: null, model: primary.name };
      return { circuit: 'closed', reason: instead(this.#degraded, fallback.name), model: fallback.name };
    }
    if (first.is === 'half_open') return { circuit: 'half_open', reason: first.reason, model: primary.name };
    const second = first.is === 'capped' ? null : (fallback?.state() ?? null);
    if (!fallback || !second) return { circuit: 'open', reason: first.reason, model: primary.name };
    if (second.is === 'ready')
      return { circuit: 'closed', reason: instead(first.reason, fallback.name), model: fallback.name };
    return {
      circuit: second.is === 'half_open' ? 'half_open' : 'open',
      reason: `${first.reason}; ${second.reason}`,
      model: fallback.name,
    };
  }

  #answered(answer: ModelAnswer, model: string, failure: unknown): SovereignAnswer {
    this.#degraded = failure instanceof ModelFailure ? failure.message : null;
    this.#look();
    return { ...answer, model, fallback_used: failure !== null };
  }

  #look(): void {
    const now = JSON.stringify(this.state());
    if (now === this.#told) return;
    this.#told = now;
    for (const listener of this.#listeners) listener();
  }
}

const instead = (reason: string, model: string): string => `${reason}; ${model} answers instead`;

/** Two failures as one: where either will pass, the task is worth waiting for. */
function both(first: unknown, second: unknown): unknown {
  if (!(second instanceof Error) || (second instanceof ModelFailure && second.fault === 'stopped')) return second;
  const passing = [first, second].find(
    (one): one is ModelFailure => one instanceof ModelFailure && one.source === 'sovereign_timeout',
  );
  return new ModelFailure(passing?.fault ?? 'unusable', `${messageOf(first)}; ${second.message}`, { cause: second });
}
