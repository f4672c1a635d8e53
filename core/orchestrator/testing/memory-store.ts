import type { Fact, HeldLease, Outcome, StoredTask, StreamEntry, TaskProgress, TaskRow } from '../../contract/facts.ts';
import { followUpOf } from '../../contract/new-task.ts';
import type { TradingAnalysisResult } from '../../contract/result.ts';
import { toIso } from '../../signals/instant.ts';
import { isNewer } from '../../signals/newer.ts';
import type { Restored } from '../events.ts';

interface Lease extends HeldLease {
  declined: boolean;
}

interface StoredResult {
  task_id: string;
  task_type: string;
  lease: number;
  offset: number;
  record: TradingAnalysisResult | null;
  hash: string;
}

/** Hash of a record after the one before it; the first follows the empty text. */
type Chain = (before: string, unhashed: Record<string, unknown>) => string;

const DONE: Outcome = { ok: true, offset: null, duplicate: false, follow_up: null };

const copyOf = (row: TaskRow): TaskRow => ({ ...row, failures: [...row.failures] });

/** What the store's writer keeps, in memory: the same facts, the same outcomes, no disk. */
export class MemoryStore {
  readonly tasks = new Map<string, TaskRow>();
  readonly results: StoredResult[] = [];
  readonly late: { task_id: string; lease: number; agent_id: string; result: unknown }[] = [];
  readonly #leases = new Map<string, Map<number, Lease>>();
  readonly #resultOf = new Map<string, StoredResult>();
  readonly #acked = new Map<string, number>();
  readonly #chain: Chain;
  #epoch: string;
  #lastLease = 0;

  constructor(epoch = 'epoch-1', chain: Chain = (_, { offset }) => `hash-${offset}`) {
    this.#epoch = epoch;
    this.#chain = chain;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** From here on every cursor of before is void. */
  renew(epoch: string): void {
    this.#epoch = epoch;
  }

  commit(fact: Fact): Outcome {
    switch (fact.kind) {
      case 'submitted':
        this.tasks.set(fact.task.task_id, copyOf(fact.task));
        return DONE;
      case 'leased':
        this.#lease(fact);
        return this.#update(fact.task);
      case 'declined': {
        const lease = this.#leases.get(fact.task.task_id)?.get(fact.lease);
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
      case 'group_ack':
        this.#acked.set(fact.group, Math.max(this.ackedOffset(fact.group), fact.offset));
        return DONE;
      default:
        return DONE;
    }
  }

  /** What a restarted engine finds. */
  restored(): Restored {
    const open = [...this.tasks.values()].filter(({ state }) => state === 'queued' || state === 'assigned');
    return {
      tasks: open.map((row) => ({ row: copyOf(row), held: this.#held(row.task_id) })),
      lastLease: this.#lastLease,
    };
  }

  task(taskId: string): StoredTask | null {
    const row = this.tasks.get(taskId);
    if (!row) return null;
    const completion = this.#resultOf.get(taskId);
    return {
      row: copyOf(row),
      held: this.#held(taskId),
      completion: completion ? { offset: completion.offset, lease: completion.lease } : null,
    };
  }

  /** How many leases were ever granted. */
  get leases(): number {
    return this.#lastLease;
  }

  resultsAfter(offset: number, limit: number): StreamEntry[] {
    return this.results.slice(offset, offset + limit).map(({ record, ...entry }) => ({
      offset: entry.offset,
      task_id: entry.task_id,
      task_type: entry.task_type,
      result: record,
    }));
  }

  ackedOffset(group: string): number {
    return this.#acked.get(group) ?? 0;
  }

  newestPerSymbol(upTo: number): TradingAnalysisResult[] {
    const newest = new Map<string, TradingAnalysisResult>();
    for (const { record, offset } of this.results)
      if (record && offset <= upTo && isNewer(record, newest.get(record.symbol))) newest.set(record.symbol, record);
    return [...newest.values()].sort((a, b) => a.offset - b.offset);
  }

  #lease({ task, lease, agent_id }: Extract<Fact, { kind: 'leased' }>): void {
    const leases = this.#leases.get(task.task_id) ?? new Map<number, Lease>();
    leases.set(lease, { lease, agent_id, declined: false });
    this.#leases.set(task.task_id, leases);
    this.#lastLease = Math.max(this.#lastLease, lease);
  }

  #held(taskId: string): HeldLease[] {
    const held = [...(this.#leases.get(taskId)?.values() ?? [])].filter(({ declined }) => !declined);
    return held.map(({ lease, agent_id }) => ({ lease, agent_id }));
  }

  #update(progress: TaskProgress): Outcome {
    const row = this.tasks.get(progress.task_id);
    if (row && row.state !== 'completed') Object.assign(row, progress);
    return DONE;
  }

  #complete(fact: Extract<Fact, { kind: 'completed' }>): Outcome {
    const { task_id } = fact.task;
    const stored = this.#resultOf.get(task_id);
    if (stored) return { ok: true, offset: stored.offset, duplicate: true, follow_up: null };
    this.#update(fact.task);
    const offset = this.results.length + 1;
    const place = { store_epoch: this.#epoch, offset };
    const unhashed = fact.settled
      ? { ...fact.settled, raw_content_hash: null, latency_ms: {}, persisted_at: toIso(fact.completed_ms), ...place }
      : { task_id, ...place };
    const hash = this.#chain(this.results.at(-1)?.hash ?? '', unhashed);
    const record = fact.settled && ({ ...unhashed, hash } as TradingAnalysisResult);
    const result = { task_id, task_type: fact.task_type, lease: fact.lease, offset, record, hash };
    this.results.push(result);
    this.#resultOf.set(task_id, result);
    const follow_up = record && followUpOf(fact, record);
    if (follow_up) this.tasks.set(follow_up.task_id, copyOf(follow_up));
    return { ok: true, offset, duplicate: false, follow_up };
  }
}
