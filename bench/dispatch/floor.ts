import { newTask } from '../../core/contract/new-task.ts';
import type { Effect, Instant, OrchestratorEvent } from '../../core/orchestrator/events.ts';
import { Orchestrator } from '../../core/orchestrator/orchestrator.ts';
import type { Subject } from '../rounds.ts';

const AT: Instant = { now: Date.UTC(2026, 0, 5, 14), monotonic: 1_000 };
const CAPABILITIES = {
  sovereign_access: true,
  trading_analysis: true,
  trading_signal: true,
  hidden_hand_validation: true,
};
const RESULT = { answer: 42 };
/** A type of the user's own: what it costs to settle a trading result would hide what is measured. */
const TASK_TYPE = 'report';
const DEADLINE_MS = 15 * 60_000;

type Write = Extract<Effect, { type: 'write' }>;
type Assign = Extract<Effect, { event: 'task_assign' }>;

/** The real orchestrator with so many agents, some of them busy; whoever is measured commits at once. */
export class Floor implements Subject {
  readonly #core: Orchestrator;
  #last = 0;
  #submitted: Write[] = [];

  constructor(agents: number, busy: number) {
    this.#core = new Orchestrator({ origin: 'live', storeEpoch: 'bench', limits: { queue: 1_000_000 }, at: AT });
    for (let place = 0; place < agents; place += 1)
      this.#step({
        type: 'connect',
        connection: `c${place}`,
        handshake: {
          token: '',
          protocol: 1,
          agent_id: `agent-${place}`,
          agent_type: 'bench',
          instance: `i${place}`,
          capabilities: CAPABILITIES,
          max_concurrent: 1,
          running: [],
        },
      });
    this.prepare(busy);
    for (const write of this.#submitted) this.#accepted(write);
  }

  /** Tasks that are on their way to the disk. */
  prepare(times: number): void {
    this.#submitted = Array.from({ length: times }, () => this.#submit());
  }

  /** Submit written, granted, lease written, offered, accepted, completed, written, released. */
  run(): void {
    for (const write of this.#submitted) this.#complete(this.#accepted(write));
  }

  #submit(): Write {
    const task = newTask({
      task_id: `t${++this.#last}`,
      task_type: TASK_TYPE,
      symbol: null,
      timeframe: null,
      payload: {},
      engine_reading: null,
      last_bar_close_ms: null,
      created_ms: AT.now,
      deadline_ms: AT.now + DEADLINE_MS,
    });
    return writeOf(this.#step({ type: 'submit', task, reply: 1 }));
  }

  #accepted(submitted: Write): Assign {
    const assign = this.#written(writeOf(this.#written(submitted))).find(isAssign);
    if (!assign) throw new Error('nobody was given the task');
    const { task_id, lease } = assign.payload;
    this.#step({ type: 'assign_ack', task_id, lease, accept: true, reason: '' });
    return assign;
  }

  #complete({ connection, payload: { task_id, lease } }: Assign): void {
    const body = { task_id, lease, result: RESULT };
    const effects = this.#step({ type: 'agent', connection, event: 'task_complete', body, reply: 2 });
    this.#written(writeOf(effects));
  }

  #written({ ref }: Write): Effect[] {
    const outcome = { ok: true, offset: 1, duplicate: false, follow_up: null } as const;
    return this.#step({ type: 'written', outcomes: [{ ref, outcome }] });
  }

  #step(event: OrchestratorEvent): Effect[] {
    return this.#core.step(event, AT);
  }
}

const isAssign = (effect: Effect): effect is Assign => effect.type === 'send' && effect.event === 'task_assign';

function writeOf(effects: readonly Effect[]): Write {
  const write = effects.find((effect) => effect.type === 'write');
  if (!write) throw new Error('nothing was to be written');
  return write;
}
