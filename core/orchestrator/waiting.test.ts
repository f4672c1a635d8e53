import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Task } from './task.ts';
import { WaitingList } from './waiting.ts';

const aTask = (order: number, priority: number, symbol: string): Task => ({ order, row: { priority, symbol } }) as Task;

it('gives out by priority and then by arrival, and knows those of a symbol, whatever comes and goes', () => {
  const step = fc.record({
    add: fc.boolean(),
    priority: fc.integer({ min: 0, max: 2 }),
    symbol: fc.constantFrom('A', 'B'),
    place: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const list = new WaitingList();
      let expected: Task[] = [];
      for (const [order, { add, priority, symbol, place }] of steps.entries()) {
        const task = add ? aTask(order, priority, symbol) : expected[place % 3];
        if (add) list.add(task as Task);
        else if (task) list.remove(task);
        expected = add ? [...expected, task as Task] : expected.filter((one) => one !== task);
        expected.sort((a, b) => b.row.priority - a.row.priority || a.order - b.order);
        expect(list.first()).toBe(expected[0]);
        expect(list.size).toBe(expected.length);
        expect(new Set(list.of('A'))).toEqual(new Set(expected.filter(({ row }) => row.symbol === 'A')));
      }
    }),
  );
});

it('lets a task that does not wait be removed', () => {
  const list = new WaitingList();
  const waiting = aTask(1, 0, 'A');
  list.add(waiting);
  list.remove(aTask(0, 0, 'A'));
  list.remove(aTask(2, 0, 'A'));
  expect(list.first()).toBe(waiting);
});
