import { describe, expect, it } from 'vitest';
import { anUpdate } from '../testing/an-update.ts';
import { readSnapshot, readStatus, readUpdates } from './inbox.ts';

describe('inbox', () => {
  it('keeps the good rows of a batch and counts the others', () => {
    const read = readUpdates([
      anUpdate({ offset: 1 }),
      { ...anUpdate(), signal: 'MAYBE' },
      null,
      anUpdate({ offset: 4 }),
    ]);
    expect(read.value?.map(({ offset }) => offset)).toEqual([1, 4]);
    expect(read.unreadable).toBe(2);
  });

  it('reads a snapshot, its unknown fields ignored', () => {
    const read = readSnapshot({
      store_epoch: 'e1',
      offset: 7,
      full: true,
      updates: [{ ...anUpdate(), later: 1 }, 5],
      new_field: 1,
    });
    expect(read).toEqual({
      value: { store_epoch: 'e1', offset: 7, full: true, updates: [anUpdate()] },
      unreadable: 1,
    });
  });

  it('throws at nothing', () => {
    for (const message of [undefined, null, 'x', 3, {}, [[]], { updates: [] }]) {
      expect(readSnapshot(message).value).toBeNull();
      expect(readStatus(message)).toEqual({ value: null, unreadable: 1 });
    }
    expect(readUpdates('x')).toEqual({ value: null, unreadable: 1 });
  });
});
