import type { Fact, HeldLease, Outcome, StoredTask, TaskProgress, TaskRow } from '../../contract/facts.ts';
import { followUpOf } from '../../contract/new-task.ts';
import type { TradingAnalysisResult } from '../../contract/result.ts';
import { toIso } from '../../signals/instant.ts';
import type { Restored } from '../events.ts';

interface Lease extends HeldLease {
  task_id: string;
  declined: boolean;
}

const DONE: Outcome = { ok: true, offset: null, duplicate: false, follow_up: null };

/** What the store's writer keeps, in memory: the same facts, the same outcomes, no disk. */
export class MemoryStore {
  readonly tasks = new Map<string, TaskRow>();
  readonly leases = new Map<number, Lease>();
  readonly results: { task_id: string; lease: number; offset: number; record: TradingAnalysisResult | null }[] = [];
  readonly late: { task_id: string; lease: number; agent_id: string; result: unknown }[] = [];
  readonly #epoch: string;

  constructor(epoch = 'epoch-1') {
    this.#epoch = epoch;
  }

  commit(fact: Fact): Outcome {
    switch (fact.kind) {
      case 'submitted':
        this.tasks.set(fact.task.task_id, structuredClone(fact.task));
        return DONE;
      case 'leased':
        this.leases.set(fact.lease, {
          lease: fact.lease,
          agent_id: fact.agent_id,
          task_id: fact.task.task_id,
          declined: false,
        });
        return this.#update(fact.task);
      case 'declined': {
        const lease = this.leases.get(fact.lease);
        if (lease) lease.declined = true;
        return this.#update(fact.task);
      }
      case 'changed':
        return this.#update(fact.task);
      case 'completed':
        return this.#complete(fact);
      case 'late':
        if (!this.late.some((one) => one.task_id === fact.task_id && one.lease === fact.lease))
          this.late.push({ task_id: fact.task_id, lease: fact.lease, agent_id: fact.agent_id, result: fact.result });
        return DONE;
      default:
        return DONE;
    }
  }

  /** What a restarted engine finds. */
  restored(): Restored {
    const open = [...this.tasks.values()].filter(({ state }) => state === 'queued' || state === 'assigned');
    return {
      tasks: open.map((row) => ({ row: structuredClone(row), held: this.#held(row.task_id) })),
      lastLease: Math.max(0, ...this.leases.keys()),
    };
  }

  task(taskId: string): StoredTask | null {
    const row = this.tasks.get(taskId);
    if (!row) return null;
    const completion = this.results.find((one) => one.task_id === taskId);
    return {
      row: structuredClone(row),
      held: this.#held(taskId),
      completion: completion ? { offset: completion.offset, lease: completion.lease } : null,
    };
  }

  #held(taskId: string): HeldLease[] {
    const held = [...this.leases.values()].filter((one) => one.task_id === taskId && !one.declined);
    return held.map(({ lease, agent_id }) => ({ lease, agent_id }));
  }

  #update(progress: TaskProgress): Outcome {
    const row = this.tasks.get(progress.task_id);
    if (row) Object.assign(row, structuredClone(progress));
    return DONE;
  }

  #complete(fact: Extract<Fact, { kind: 'completed' }>): Outcome {
    const stored = this.results.find((one) => one.task_id === fact.task.task_id);
    if (stored) return { ok: true, offset: stored.offset, duplicate: true, follow_up: null };
    this.#update(fact.task);
    const offset = this.results.length + 1;
    const record: TradingAnalysisResult | null = fact.settled && {
      ...fact.settled,
      raw_content_hash: null,
      latency_ms: {},
      persisted_at: toIso(fact.completed_ms),
      store_epoch: this.#epoch,
      offset,
      hash: `hash-${offset}`,
    };
    this.results.push({ task_id: fact.task.task_id, lease: fact.lease, offset, record });
    const follow_up = record && followUpOf(fact, record);
    if (follow_up) this.tasks.set(follow_up.task_id, structuredClone(follow_up));
    return { ok: true, offset, duplicate: false, follow_up };
  }
}
