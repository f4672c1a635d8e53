import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewer } from '../signals/newer.ts';
import { BoundedEventQueue, QUEUE_BOUND } from './bounded-event-queue.ts';
import { aRecord } from './testing/a-record.ts';

type Record = ReturnType<typeof aRecord>;

/** Results in offset order, of few symbols or of many, as old or as new as it comes. */
const stream = (symbols: number) =>
  fc
    .array(fc.record({ symbol: fc.nat(symbols - 1), at: fc.integer({ min: 0, max: 50 }) }), {
      maxLength: 600,
      size: 'max',
    })
    .map((some) => some.map(({ symbol, at }, place) => aRecord(place + 1, { symbol: `S${symbol}`, at })));

function newest(records: readonly Record[]): Map<string, number> {
  const shown = new Map<string, Record>();
  for (const record of records) if (isNewer(record, shown.get(record.symbol))) shown.set(record.symbol, record);
  return new Map([...shown].map(([symbol, { offset }]) => [symbol, offset]));
}

function all(queue: BoundedEventQueue<Record>): Record[] {
  const taken: Record[] = [];
  for (let next = queue.take(); next; next = queue.take()) taken.push(next);
  return taken;
}

describe('BoundedEventQueue', () => {
  it('R8 gives everything in order where it is not full', () => {
    const queue = new BoundedEventQueue<Record>();
    for (let offset = 1; offset <= QUEUE_BOUND; offset += 1) queue.push(aRecord(offset));
    expect(all(queue).map(({ offset }) => offset)).toEqual(Array.from({ length: QUEUE_BOUND }, (_, n) => n + 1));
  });

  it('R8 never holds more than its bound, keeps the order, and ends at the newest of each symbol', () => {
    fc.assert(
      fc.property(stream(20), fc.array(fc.nat(30)), (records, takes) => {
        const queue = new BoundedEventQueue<Record>();
        const taken: Record[] = [];
        for (const [place, record] of records.entries()) {
          queue.push(record);
          expect(queue.size).toBeLessThanOrEqual(QUEUE_BOUND);
          const next = takes[place % (takes.length + 1)] === 0 ? queue.take() : undefined;
          if (next) taken.push(next);
        }
        expect(queue.lagged).toBe(false);
        taken.push(...all(queue));
        const offsets = taken.map(({ offset }) => offset);
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        expect(newest(taken)).toEqual(newest(records));
      }),
    );
  });

  it('R8 lets go of all where even the newest of each symbol is too much, and then takes nothing', () => {
    const queue = new BoundedEventQueue<Record>();
    for (let offset = 1; offset <= QUEUE_BOUND + 1; offset += 1) queue.push(aRecord(offset, { symbol: `S${offset}` }));
    expect([queue.lagged, queue.size]).toEqual([true, 0]);
    queue.push(aRecord(999));
    expect(queue.size).toBe(0);
    queue.beginAnew();
    queue.push(aRecord(1_000));
    expect(all(queue).map(({ offset }) => offset)).toEqual([1_000]);
  });
});
