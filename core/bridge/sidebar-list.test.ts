import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SidebarList } from './sidebar-list.ts';
import { aRecord } from './testing/a-record.ts';

const shown = (list: SidebarList) => list.above(0).map(({ symbol, offset }) => `${symbol} ${offset}`);

describe('SidebarList', () => {
  it('R4 shows nothing older than what it shows, however late it was stored (FM-RF-001)', () => {
    const list = new SidebarList('epoch-1', [], 0);
    list.apply(aRecord(1, { at: 60 }));
    list.apply(aRecord(2, { at: 10 }));
    expect(shown(list)).toEqual(['ADA/BTC 1']);
    expect(list.offset).toBe(2);
    list.apply(aRecord(3, { at: 61 }));
    expect(shown(list)).toEqual(['ADA/BTC 3']);
  });

  it('gives what lies above an offset, ascending, at most so many', () => {
    const list = new SidebarList(
      'epoch-1',
      [aRecord(3, { symbol: 'C' }), aRecord(1, { symbol: 'A' }), aRecord(2, { symbol: 'B' })],
      3,
    );
    expect(list.above(1).map(({ offset }) => offset)).toEqual([2, 3]);
    expect(list.above(0, 2).map(({ offset }) => offset)).toEqual([1, 2]);
  });

  it('ends in the same display for any order with duplicates of any set of results', () => {
    const anyRecord = fc.record({
      offset: fc.integer({ min: 1, max: 40 }),
      at: fc.integer({ min: 0, max: 6 }),
      symbol: fc.constantFrom('A', 'B', '__proto__'),
    });
    const set = fc.uniqueArray(anyRecord, {
      selector: ({ offset }) => offset,
      minLength: 1,
      maxLength: 15,
      size: 'max',
    });
    fc.assert(
      fc.property(
        set.chain((some) =>
          fc.tuple(fc.constant(some), fc.shuffledSubarray([...some, ...some], { minLength: some.length * 2 })),
        ),
        ([some, shuffled]) => {
          const display = (arrivals: typeof some) => {
            const list = new SidebarList('epoch-1', [], 0);
            for (const { offset, at, symbol } of arrivals) list.apply(aRecord(offset, { at, symbol }));
            return list.above(0);
          };
          expect(display(shuffled)).toEqual(display(some));
        },
      ),
    );
  });
});
