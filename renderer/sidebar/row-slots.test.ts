import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowSlots } from './row-slots.ts';

const symbols = fc.uniqueArray(fc.constantFrom(...'ABCDEFGHIJKL'), { minLength: 1 });
const slotsOf = (slots: RowSlots, shown: readonly string[], kept: string | null = null) => {
  const assigned = slots.assign(shown, kept);
  return shown.map((symbol) => assigned.get(symbol));
};

it('rows that stay keep their element, no two share one, and none is made while one is free', () => {
  fc.assert(
    fc.property(fc.array(symbols, { minLength: 1 }), (screens) => {
      const slots = new RowSlots();
      let before = new Map<string, number | undefined>();
      for (const shown of screens) {
        const now = slotsOf(slots, shown);
        expect(new Set(now).size).toBe(shown.length);
        const there = new Set(before.values());
        const made = now.filter((slot) => !there.has(slot)).length;
        expect(made).toBe(Math.max(0, shown.length - before.size));
        shown.forEach((symbol, at) => {
          if (before.has(symbol)) expect(now[at]).toBe(before.get(symbol));
        });
        before = new Map(shown.map((symbol, at) => [symbol, now[at]]));
      }
    }),
  );
});

it('rows that are all new lie in the elements in the order of before', () => {
  const slots = new RowSlots();
  expect(slotsOf(slots, ['A', 'B', 'C'])).toEqual([0, 1, 2]);
  expect(slotsOf(slots, ['D', 'E', 'F'])).toEqual([0, 1, 2]);
});

it('the element of a kept row that goes is nobody’s', () => {
  const slots = new RowSlots();
  slotsOf(slots, ['A', 'B']);
  expect(slotsOf(slots, ['C', 'B'], 'A')).toEqual([2, 1]);
});
