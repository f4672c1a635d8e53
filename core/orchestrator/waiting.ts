import type { Task } from './task.ts';

const before = (a: Task, b: Task): boolean =>
  a.row.priority > b.row.priority || (a.row.priority === b.row.priority && a.order < b.order);

/** Tasks of one type that wait for an agent: by priority, then in order of arrival. */
export class WaitingList {
  readonly #tasks: Task[] = [];

  get size(): number {
    return this.#tasks.length;
  }

  add(task: Task): void {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#tasks[middle] as Task, task)) low = middle + 1;
      else high = middle;
    }
    this.#tasks.splice(low, 0, task);
  }

  remove(task: Task): void {
    const place = this.#tasks.indexOf(task);
    if (place >= 0) this.#tasks.splice(place, 1);
  }

  first(): Task | undefined {
    return this.#tasks[0];
  }

  [Symbol.iterator](): Iterator<Task> {
    return [...this.#tasks][Symbol.iterator]();
  }
}
