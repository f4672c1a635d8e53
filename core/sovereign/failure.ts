import type { FailureSource } from '../contract/task.ts';
import { AuroraError } from '../kit/errors.ts';

/** Why a language model gave no answer that could be used. */
export type Fault =
  /** None in time: it was slow, or stalled in the middle. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** 429 and 5xx: later may be better. */
  | 'overloaded'
  /** The server does not take the request: key, model's name, address. */
  | 'misconfigured'
  /** More was asked than it takes. */
  | 'too_long'
  /** Not asked at all: its circuit is open, or the budget is used up. */
  | 'shut'
  /** Not asked at all: the budget is used up, and nothing else is to be asked either. */
  | 'capped'
  /** It would not answer. */
  | 'declined'
  /** What came is no opinion, or not about what was asked. */
  | 'unusable'
  /** What came was cut off for its length or depth. */
  | 'too_large'
  /** Nobody waits for it any more. */
  | 'stopped';

/**
 * How a fault is told to the engine (R10). A model that cannot be reached counts as one that did not answer in
 * time: the task waits for it, no attempt is used, and no task circuit is touched by a model's trouble.
 */
const SOURCES: Readonly<Record<Fault, FailureSource>> = {
  timeout: 'sovereign_timeout',
  unreachable: 'sovereign_timeout',
  overloaded: 'sovereign_timeout',
  misconfigured: 'sovereign_timeout',
  too_long: 'sovereign_timeout',
  shut: 'sovereign_timeout',
  capped: 'sovereign_timeout',
  stopped: 'sovereign_timeout',
  declined: 'invalid_result',
  unusable: 'invalid_result',
  too_large: 'invalid_result',
};

export interface FailureDetails extends ErrorOptions {
  /** What the server asks to wait, ms; null where it does not say. */
  retryAfterMs?: number | null;
  /** Whether the server may have counted the call: then what was reserved for it is spent. */
  billed?: boolean;
}

/** A model gave no answer; the message is a sentence of ours, never the server's own words. */
export class ModelFailure extends AuroraError {
  readonly code = 'AURORA_MODEL_FAILED';
  readonly fault: Fault;
  readonly retryAfterMs: number | null;
  readonly billed: boolean;

  constructor(fault: Fault, message: string, { retryAfterMs = null, billed = false, ...options }: FailureDetails = {}) {
    super(message, options);
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
    this.billed = billed;
  }

  get source(): FailureSource {
    return SOURCES[this.fault];
  }
}
