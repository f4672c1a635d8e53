import type { Fact, StoredTask } from '../contract/facts.ts';
import { refusal } from '../contract/messages.ts';
import type { Origin } from '../contract/result.ts';
import { whyNotStorable } from '../contract/storable.ts';
import { isTradingTaskType, type MarketContext } from '../contract/task.ts';
import { analysisBasisSchema } from '../signals/analysis-basis.ts';
import { type Settlement, settle } from '../signals/settle.ts';
import type { Assignment } from './assignment.ts';
import type { TaskCircuits } from './circuit.ts';
import type { Endings } from './endings.ts';
import type { CompletionMessage, Instant, ReplyRef } from './events.ts';
import type { Outbox } from './outbox.ts';
import type { Registry } from './registry.ts';
import { type Completion, holderOf, holds, onceHeld, progressOf, type Task } from './task.ts';

type Completed = Extract<Fact, { kind: 'completed' }>;

export interface CompletionOptions {
  registry: Registry;
  assignment: Assignment;
  endings: Endings;
  circuits: TaskCircuits;
  out: Outbox;
  origin: Origin;
  /** The market clock, epoch ms, at an engine time. */
  marketTime: (now: number) => number;
  followUpDeadlineMs: number;
}

/** Which completion counts (R6), and what becomes of the others. */
export class Completions {
  readonly #to: CompletionOptions;

  constructor(options: CompletionOptions) {
    this.#to = options;
  }

  take(message: CompletionMessage, agent: string, at: Instant): void {
    const { task_id, lease, result } = message.body;
    const completion: Completion = { agent, lease, result, receivedAt: at.now, reply: message.reply };
    const task = this.#to.assignment.tasks.get(task_id);
    if (task) return this.#open(task, completion, at);
    if (message.stored === undefined) return this.#to.out.load(message);
    if (message.stored === null) return this.#refuse(message.reply, 'unknown_task', `there is no task ${task_id}`);
    this.#ended(message.stored, completion, at);
  }

  #open(task: Task, completion: Completion, at: Instant): void {
    if (!onceHeld(task.held, completion.agent, completion.lease)) return this.#notYours(task.row.task_id, completion);
    if (task.commit) {
      task.commit.waiters.push(completion);
      return;
    }
    if (task.state.is === 'cancelled') return this.#late(task.row.task_id, completion, null, at);
    const why = whyNotStorable(isTradingTaskType(task.row.task_type) ? null : completion.result);
    const settlement = why ? { ok: false as const, message: `result: ${why}` } : this.#settle(task, completion, at);
    if (!settlement.ok) return this.#invalid(task, completion, settlement.message, at);
    this.#commit(task, completion, settlement, at);
  }

  #ended(stored: StoredTask, completion: Completion, at: Instant): void {
    const { row, held, completion: first } = stored;
    if (!onceHeld(held, completion.agent, completion.lease)) return this.#notYours(row.task_id, completion);
    if (row.state === 'dead') {
      const task = this.#to.assignment.adopt(row, held, { is: 'dead' }, at);
      this.#open(task, completion, at);
      if (!task.commit) this.#to.assignment.forget(task);
      return;
    }
    if (first && first.lease === completion.lease) return this.#duplicate(completion.reply, first.offset);
    this.#late(row.task_id, completion, first?.offset ?? null, at);
  }

  #settle(task: Task, completion: Completion, at: Instant): Settlement | { ok: true; result: null; rawContent: null } {
    const { row } = task;
    if (!isTradingTaskType(row.task_type)) return { ok: true, result: null, rawContent: null };
    const basis = row.task_type === 'trading_signal' ? analysisBasisSchema.safeParse(row.payload.analysis) : null;
    const context = row.payload.context_tier;
    return settle({
      result: completion.result,
      task: {
        task_id: row.task_id,
        symbol: row.symbol ?? '',
        timeframe: row.timeframe ?? '',
        stage: row.task_type === 'trading_signal' ? 'signal' : 'analysis',
        analysis: basis?.success ? basis.data : null,
        context_tier: typeof context === 'string' ? context : null,
        lastBarClose: row.last_bar_close_ms,
      },
      engineReading: row.engine_reading,
      origin: this.#to.origin,
      agent_id: completion.agent,
      clockOffsetMs: this.#to.registry.get(completion.agent)?.clockOffset ?? 0,
      attempt: row.attempt + 1,
      receivedAt: completion.receivedAt,
      completedAt: at.now,
      marketTime: this.#to.marketTime(at.now),
    });
  }

  #invalid(task: Task, completion: Completion, message: string, at: Instant): void {
    this.#refuse(completion.reply, 'invalid_result', message);
    if (holds(task, completion.agent, completion.lease)) this.#to.endings.fail(task, 'invalid_result', message, at);
  }

  #commit(
    task: Task,
    winner: Completion,
    settlement: Extract<Settlement, { ok: true }> | { ok: true; result: null; rawContent: null },
    at: Instant,
  ): void {
    const { row } = task;
    task.commit = { winner, waiters: [] };
    this.#to.assignment.withhold(task);
    const settled = settlement.result;
    if (settled && settled.adjustments.length > 0)
      this.#to.out.log('info', 'confidence_lowered', {
        task_id: row.task_id,
        original_confidence: settled.original_confidence,
        confidence: settled.confidence,
        adjustments: settled.adjustments.map((one) => one.kind),
      });
    const fact: Completed = {
      kind: 'completed',
      task: {
        ...progressOf(task),
        state: 'completed',
        processing: false,
        agent: winner.agent,
        lease: winner.lease,
        ended_ms: at.now,
        reason: null,
      },
      task_type: row.task_type,
      lease: winner.lease,
      settled,
      opaque: settled ? null : winner.result,
      raw_content: settlement.rawContent,
      completed_by: winner.agent,
      received_ms: winner.receivedAt,
      completed_ms: at.now,
      follow_up:
        row.task_type === 'trading_analysis'
          ? {
              market_context: (row.payload.market_context ?? null) as MarketContext | null,
              engine_reading: row.engine_reading,
              deadline_ms: this.#to.followUpDeadlineMs,
              last_bar_close_ms: row.last_bar_close_ms,
            }
          : null,
    };
    this.#to.out.write(fact, (outcome, later) => {
      if (!outcome.ok) return this.#refused(task, outcome.message, later);
      this.#stored(task, outcome.offset ?? 0, outcome.duplicate, later);
      if (outcome.follow_up) this.#to.endings.adoptFollowUp(outcome.follow_up, later);
    });
  }

  #stored(task: Task, offset: number, duplicate: boolean, at: Instant): void {
    const { assignment, circuits, out, registry } = this.#to;
    const commit = task.commit;
    if (!commit) return;
    const { winner, waiters } = commit;
    if (duplicate) waiters.unshift(winner);
    else out.reply(winner.reply, { ok: true, status: 'stored', offset });
    const held = holderOf(task.state);
    const other = held && held.lease !== winner.lease ? registry.get(held.agent)?.connection : null;
    if (held && other)
      out.send(other, 'task_cancel', { task_id: task.row.task_id, lease: held.lease, reason: 'completed by another' });
    circuits.of(task.row.task_type).succeeded();
    assignment.release(task, at);
    assignment.forget(task);
    for (const waiter of waiters) {
      if (waiter.lease === winner.lease && !duplicate) this.#duplicate(waiter.reply, offset);
      else this.#late(task.row.task_id, waiter, offset, at);
    }
  }

  /** Back to what it was, with a fresh attempt; the next completion that waited takes its place. */
  #refused(task: Task, message: string, at: Instant): void {
    const { assignment, endings, out, registry } = this.#to;
    const commit = task.commit;
    if (!commit) return;
    task.commit = null;
    out.log('warn', 'result_not_stored', { task_id: task.row.task_id, error: message, waiting: commit.waiters.length });
    this.#refuse(
      commit.winner.reply,
      'not_persisted',
      `the result is not stored (${message}): keep it and send it again`,
      true,
    );
    const held = holderOf(task.state);
    // A lease granted meanwhile never left, or its agent was lost and what bears the name by now knows nothing of it.
    if (held && (task.state.is === 'granting' || !registry.get(held.agent)?.tasks.has(task)))
      assignment.requeue(task, at);
    else if (task.state.is === 'working') assignment.renew(task, at);
    else if (task.state.is === 'queued') assignment.enqueue(task, at);
    else if (task.state.is === 'dead') endings.saveEnd(task);
    const [next, ...rest] = commit.waiters;
    if (!next) return;
    this.#open(task, next, at);
    for (const waiter of rest) this.#open(task, waiter, at);
  }

  #late(task_id: string, completion: Completion, offset: number | null, at: Instant): void {
    this.#to.out.log('info', 'late_result', { task_id, agent_id: completion.agent, lease: completion.lease });
    const fact: Fact = {
      kind: 'late',
      task_id,
      lease: completion.lease,
      agent_id: completion.agent,
      result: whyNotStorable(completion.result) ? null : completion.result,
      at: at.now,
    };
    this.#to.out.write(fact, (outcome) => {
      if (outcome.ok) this.#duplicate(completion.reply, offset);
      else
        this.#refuse(
          completion.reply,
          'not_persisted',
          `not stored (${outcome.message}): keep it and send it again`,
          true,
        );
    });
  }

  #duplicate(reply: ReplyRef, offset: number | null): void {
    this.#to.out.reply(reply, { ok: true, status: 'duplicate', offset });
  }

  #notYours(task_id: string, completion: Completion): void {
    this.#to.out.log('warn', 'foreign_message', { task_id, agent_id: completion.agent, lease: completion.lease });
    this.#refuse(
      completion.reply,
      'not_your_task',
      `no lease ${completion.lease} on ${task_id} was ever given to ${completion.agent}`,
    );
  }

  #refuse(reply: ReplyRef, code: Parameters<typeof refusal>[0], message: string, retry = false): void {
    this.#to.out.reply(reply, refusal(code, message, retry));
  }
}
