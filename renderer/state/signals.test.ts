import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES } from '../../core/contract/result.ts';
import { toIso } from '../../core/signals/instant.ts';
import { anUpdate } from '../testing/an-update.ts';
import { fromSnapshot, NO_SIGNALS, withUpdates } from './signals.ts';

const anyUpdate = fc
  .record({
    symbol: fc.constantFrom('ADA/BTC', 'XLM/BTC', '__proto__', 'constructor'),
    analyzed_at: fc.integer({ min: 0, max: 4 }).map((second) => toIso(second * 1_000)),
    stage: fc.constantFrom(...STAGES),
    offset: fc.integer({ min: 1, max: 10_000 }),
  })
  .map(anUpdate);

const bySymbol = (entries: Iterable<[string, unknown]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

describe('signals', () => {
  it('end in the same display for any order and any batches of any set of updates', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(anyUpdate, { maxLength: 20, size: 'max', selector: ({ offset }) => offset })
          .chain((set) =>
            fc.tuple(
              fc.constant(set),
              fc.shuffledSubarray(set, { minLength: set.length }),
              fc.integer({ min: 1, max: 5 }),
            ),
          ),
        ([set, shuffled, size]) => {
          let state = NO_SIGNALS;
          for (let at = 0; at < shuffled.length; at += size) state = withUpdates(state, shuffled.slice(at, at + size));
          expect(bySymbol(state.bySymbol)).toEqual(bySymbol(withUpdates(NO_SIGNALS, set).bySymbol));
        },
      ),
    );
  });

  it('stay the same object when nothing newer came', () => {
    const state = withUpdates(NO_SIGNALS, [anUpdate({ offset: 5 })]);
    expect(withUpdates(state, [anUpdate({ offset: 5 }), anUpdate({ offset: 4 })])).toBe(state);
    expect(withUpdates(state, [])).toBe(state);
  });

  it('are replaced by a full snapshot, also where what it says is older', () => {
    const before = {
      ...withUpdates(NO_SIGNALS, [anUpdate({ offset: 9 }), anUpdate({ symbol: 'GOOG' })]),
      storeEpoch: 'e1',
    };
    const after = fromSnapshot(before, {
      store_epoch: 'e1',
      offset: 3,
      full: true,
      updates: [anUpdate({ offset: 3 })],
    });
    expect([...after.bySymbol.values()]).toEqual([anUpdate({ offset: 3 })]);
    expect(after.newest.offset).toBe(3);
  });

  it('merge what is above the cursor', () => {
    const before = { ...withUpdates(NO_SIGNALS, [anUpdate({ offset: 9 })]), storeEpoch: 'e1' };
    const update = anUpdate({ symbol: 'GOOG', offset: 10 });
    const after = fromSnapshot(before, { store_epoch: 'e1', offset: 10, full: false, updates: [update] });
    expect([...after.bySymbol.keys()]).toEqual(['ADA/BTC', 'GOOG']);
  });

  it('never mix two store epochs', () => {
    const before = { ...withUpdates(NO_SIGNALS, [anUpdate({ offset: 9 })]), storeEpoch: 'e1' };
    const update = anUpdate({ symbol: 'GOOG', offset: 1 });
    const after = fromSnapshot(before, { store_epoch: 'e2', offset: 1, full: false, updates: [update] });
    expect([...after.bySymbol.keys()]).toEqual(['GOOG']);
    expect(after).toMatchObject({ storeEpoch: 'e2', newest: { offset: 1 } });
  });
});
