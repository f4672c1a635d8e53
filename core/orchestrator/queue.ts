import { FOLLOW_UP_TYPE } from '../contract/new-task.ts';
import type { Task } from './task.ts';
import { WaitingList } from './waiting.ts';

/** Tasks that wait: by type, so that a type without an agent holds up no other, and those that back off apart. */
export class Queue {
  readonly #ready = new Map<string, WaitingList>();
  readonly #backingOff = new Set<Task>();

  /** Takes in a task whose state is `queued`. */
  add(task: Task, monotonic: number): void {
    if (task.state.is === 'queued' && task.state.notBefore > monotonic) this.#backingOff.add(task);
    else this.#list(task.row.task_type).add(task);
  }

  remove(task: Task): void {
    this.#backingOff.delete(task);
    const list = this.#ready.get(task.row.task_type);
    list?.remove(task);
    if (list?.size === 0) this.#ready.delete(task.row.task_type);
  }

  /** Tasks whose back-off is over join the others. */
  lapse(monotonic: number): void {
    for (const task of this.#backingOff) {
      if (task.state.is !== 'queued' || task.state.notBefore > monotonic) continue;
      this.#backingOff.delete(task);
      this.#list(task.row.task_type).add(task);
    }
  }

  first(taskType: string): Task | undefined {
    return this.#ready.get(taskType)?.first();
  }

  /** Task types with something to give out, in turn: follow-ups before all else, the others by their first task. */
  types(): string[] {
    const types = [...this.#ready.keys()];
    if (types.length < 2) return types;
    return types.sort((a, b) => {
      if (a === FOLLOW_UP_TYPE || b === FOLLOW_UP_TYPE) return a === FOLLOW_UP_TYPE ? -1 : 1;
      const [first, second] = [this.first(a), this.first(b)];
      if (!first || !second) return 0;
      return second.row.priority - first.row.priority || first.order - second.order;
    });
  }

  /** Every waiting task of a type and a symbol, those that back off included. */
  of(taskType: string, symbol: string | null): Task[] {
    const later = [...this.#backingOff].filter(({ row }) => row.task_type === taskType && row.symbol === symbol);
    return [...(this.#ready.get(taskType)?.of(symbol) ?? []), ...later];
  }

  /** How many wait, by type. */
  sizes(): Map<string, number> {
    const sizes = new Map([...this.#ready].map(([type, list]) => [type, list.size]));
    for (const { row } of this.#backingOff) sizes.set(row.task_type, (sizes.get(row.task_type) ?? 0) + 1);
    return sizes;
  }

  #list(taskType: string): WaitingList {
    const known = this.#ready.get(taskType);
    if (known) return known;
    const list = new WaitingList();
    this.#ready.set(taskType, list);
    return list;
  }
}
