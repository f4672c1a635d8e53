import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowsByOffset } from './rows-by-offset.ts';

interface Row {
  offset: number;
}

/** The same, sorted anew each time. */
class Naive {
  rows: Row[] = [];

  has = (offset: number): boolean => this.rows.some((row) => row.offset === offset);

  add(row: Row): void {
    this.rows = [...this.rows, row].sort((a, b) => a.offset - b.offset);
  }

  remove(row: Row): void {
    this.rows = this.rows.filter((other) => other !== row);
  }

  above(offset: number, limit: number): Row[] {
    return this.rows.filter((row) => row.offset > offset).slice(0, limit);
  }
}

const offset = fc.integer({ min: 1, max: 300 });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), offset }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), place: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), offset: fc.nat(320), limit: fc.nat(20) }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function take(one: Step, rows: RowsByOffset<Row>, naive: Naive): void {
  if (one.do === 'read') return expect(rows.above(one.offset, one.limit)).toEqual(naive.above(one.offset, one.limit));
  if (one.do === 'add') {
    const row = { offset: one.offset };
    if (!naive.has(row.offset)) for (const each of [rows, naive]) each.add(row);
    return;
  }
  const row = naive.rows[one.place % Math.max(1, naive.rows.length)];
  if (row) for (const each of [rows, naive]) each.remove(row);
}

describe('RowsByOffset', () => {
  it('answers as a sorted list does, whatever comes and leaves in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
        const rows = new RowsByOffset<Row>();
        const naive = new Naive();
        for (const one of steps) take(one, rows, naive);
        expect(rows.above(0, Number.POSITIVE_INFINITY)).toEqual(naive.rows);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the same after many moves', () => {
    const rows = new RowsByOffset<Row>();
    const shown: Row[] = [];
    for (let next = 1; next <= 200_000; next += 1) {
      const row = { offset: next };
      const before = shown[next % 100];
      if (before) rows.remove(before);
      rows.add(row);
      shown[next % 100] = row;
    }
    expect(rows.above(0, 1_000).map((row) => row.offset)).toEqual(Array.from({ length: 100 }, (_, n) => 199_901 + n));
  });
});
