import type { Task } from './task.ts';

const before = (a: Task, b: Task): boolean =>
  a.row.priority > b.row.priority || (a.row.priority === b.row.priority && a.order < b.order);

/** Tasks of one type that wait for an agent: by priority, then in order of arrival. */
export class WaitingList {
  readonly #tasks: Task[] = [];
  /** How many at the front are gone: taking the first moves none of the others. */
  #gone = 0;
  readonly #bySymbol = new Map<string | null, Set<Task>>();

  get size(): number {
    return this.#tasks.length - this.#gone;
  }

  add(task: Task): void {
    this.#tasks.splice(this.#place(task), 0, task);
    const { symbol } = task.row;
    const same = this.#bySymbol.get(symbol);
    if (same) same.add(task);
    else this.#bySymbol.set(symbol, new Set([task]));
  }

  remove(task: Task): void {
    const place = this.#place(task);
    if (this.#tasks[place] !== task) return;
    if (place === this.#gone) this.#dropFirst();
    else this.#tasks.splice(place, 1);
    const { symbol } = task.row;
    const same = this.#bySymbol.get(symbol);
    same?.delete(task);
    if (same?.size === 0) this.#bySymbol.delete(symbol);
  }

  first(): Task | undefined {
    return this.#tasks[this.#gone];
  }

  /** Those of one symbol. */
  of(symbol: string | null): ReadonlySet<Task> {
    return this.#bySymbol.get(symbol) ?? new Set();
  }

  #dropFirst(): void {
    this.#gone += 1;
    if (this.#gone * 2 < this.#tasks.length) return;
    this.#tasks.splice(0, this.#gone);
    this.#gone = 0;
  }

  /** Where the task stands, or would stand. */
  #place(task: Task): number {
    let low = this.#gone;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#tasks[middle] as Task, task)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
