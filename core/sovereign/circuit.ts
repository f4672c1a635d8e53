import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import type { ModelState } from './model.ts';

export interface CircuitOptions {
  clock: Pick<Clock, 'after'>;
  /** How long it stays open before one call is let through. */
  openMs: number;
  onChange: () => void;
}

const IN_A_ROW = 5;
const WINDOW = 20;

/** The right to make one call; says once how it went. */
export interface Pass {
  succeeded(): void;
  failed(reason: string): void;
  /** The call says nothing of the model: nobody waited for its end, or it was never made. */
  returned(): void;
}

type State =
  /** Outcomes of the newest calls, newest last; true is an answer. */
  | { is: 'closed'; outcomes: readonly boolean[] }
  | { is: 'open'; reason: string; stop: Disposer }
  /** One call is let through. */
  | { is: 'half_open'; reason: string; probing: boolean };

const CLOSED: State = { is: 'closed', outcomes: [] };

const isBad = (outcomes: readonly boolean[]): boolean =>
  (outcomes.length >= IN_A_ROW && !outcomes.slice(-IN_A_ROW).includes(true)) ||
  (outcomes.length >= WINDOW && outcomes.filter((good) => !good).length * 2 >= WINDOW);

/**
 * The circuit of one model: 5 failures in a row or half of the last 20 open it. It turns half-open by its own timer
 * and not at the next call: while it is open the engine gives its agent nothing that would make one.
 */
export class SovereignCircuit {
  readonly #to: CircuitOptions;
  #state: State = CLOSED;

  constructor(options: CircuitOptions) {
    this.#to = options;
  }

  get state(): ModelState {
    const state = this.#state;
    return state.is === 'closed' ? { is: 'ready' } : { is: state.is, reason: state.reason };
  }

  /** Null while no call may be made. */
  enter(): Pass | null {
    const state = this.#state;
    if (state.is === 'open' || (state.is === 'half_open' && state.probing)) return null;
    if (state.is === 'half_open') this.#turn({ ...state, probing: true });
    return state.is === 'closed' ? this.#usual() : this.#probe();
  }

  /** Opens it at once: the server has said that it will not answer before. */
  trip(reason: string, ms: number): void {
    if (this.#state.is === 'open') this.#state.stop();
    const stop = this.#to.clock.after(ms, () => this.#turn({ is: 'half_open', reason, probing: false }));
    this.#turn({ is: 'open', reason, stop });
  }

  close(): void {
    if (this.#state.is === 'open') this.#state.stop();
  }

  #usual(): Pass {
    // What a call of before says is no news to a circuit that has opened since.
    const count = (good: boolean, reason: string): void => {
      if (this.#state.is !== 'closed') return;
      const outcomes = [...this.#state.outcomes, good].slice(-WINDOW);
      if (isBad(outcomes)) this.trip(reason, this.#to.openMs);
      else this.#state = { is: 'closed', outcomes };
    };
    return { succeeded: () => count(true, ''), failed: (reason) => count(false, reason), returned() {} };
  }

  #probe(): Pass {
    const end = (then: (state: State & { is: 'half_open' }) => void): void => {
      if (this.#state.is === 'half_open' && this.#state.probing) then(this.#state);
    };
    return {
      succeeded: () => end(() => this.#turn(CLOSED)),
      failed: (reason) => end(() => this.trip(reason, this.#to.openMs)),
      returned: () => end((state) => this.#turn({ ...state, probing: false })),
    };
  }

  #turn(next: State): void {
    const changed = next.is !== this.#state.is;
    this.#state = next;
    if (changed) this.#to.onChange();
  }
}
