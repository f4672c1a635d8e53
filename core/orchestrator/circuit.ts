import type { FailureSource } from '../contract/task.ts';
import type { Limits } from './limits.ts';

/** What one failure weighs in the circuit of its task type; a slow model must not close the queue (R10, FM-TAW-010). */
const FAILURE_WEIGHT: Readonly<Record<FailureSource, number>> = {
  sovereign_timeout: 0,
  network_error: 0.5,
  agent_crash: 1,
  invalid_result: 0,
};

type CircuitState =
  | { is: 'closed'; failures: readonly { at: number; weight: number }[] }
  | { is: 'open'; until: number }
  /** One task is let through; `probe` is null until it has been. */
  | { is: 'half_open'; probe: string | null };

const CLOSED: CircuitState = { is: 'closed', failures: [] };

/** The circuit of one task type; times are monotonic ms. */
export class TaskCircuit {
  readonly #limits: Limits;
  #state: CircuitState = CLOSED;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Milliseconds until a new task is taken again; 0 where it is now. */
  closedFor(now: number): number {
    return this.#state.is === 'open' ? Math.max(0, this.#state.until - now) : 0;
  }

  admits(now: number): boolean {
    if (this.#state.is === 'open' && now >= this.#state.until) this.#state = { is: 'half_open', probe: null };
    return this.#state.is === 'closed' || (this.#state.is === 'half_open' && this.#state.probe === null);
  }

  /** A task goes to an agent; in a half-open circuit it is the probe. */
  dispatched(taskId: string): void {
    if (this.#state.is === 'half_open') this.#state = { is: 'half_open', probe: taskId };
  }

  /** The task came back without an answer that says anything, so another may be the probe. */
  returned(taskId: string): void {
    if (this.#state.is === 'half_open' && this.#state.probe === taskId) this.#state = { is: 'half_open', probe: null };
  }

  /** Whatever it was that was done, the type can be done: a crowd of which a few crash keeps its door open. */
  succeeded(): void {
    this.#state = CLOSED;
  }

  /** True where this failure opened the circuit. */
  failed(source: FailureSource, now: number): boolean {
    const weight = FAILURE_WEIGHT[source];
    if (weight === 0 || this.#state.is === 'open') return false;
    if (this.#state.is === 'half_open') return this.#open(now);
    const { circuitWindow, circuitWeight } = this.#limits;
    const failures = [...this.#state.failures.filter(({ at }) => now - at < circuitWindow), { at: now, weight }];
    if (failures.reduce((sum, one) => sum + one.weight, 0) >= circuitWeight) return this.#open(now);
    this.#state = { is: 'closed', failures };
    return false;
  }

  get name(): CircuitState['is'] {
    return this.#state.is;
  }

  #open(now: number): true {
    this.#state = { is: 'open', until: now + this.#limits.circuitOpen };
    return true;
  }
}

/** The circuits of all task types that were ever asked for. */
export class TaskCircuits {
  readonly #limits: Limits;
  readonly #byType = new Map<string, TaskCircuit>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  of(taskType: string): TaskCircuit {
    const known = this.#byType.get(taskType);
    if (known) return known;
    const circuit = new TaskCircuit(this.#limits);
    this.#byType.set(taskType, circuit);
    return circuit;
  }

  status(): { name: string; state: string }[] {
    return [...this.#byType]
      .map(([name, circuit]) => ({ name, state: circuit.name }))
      .filter(({ state }) => state !== 'closed');
  }
}
