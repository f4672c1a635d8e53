import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toIso } from '../../core/signals/instant.ts';
import { anUpdate } from '../testing/an-update.ts';
import { FREE, type Frozen, released, standing, withHolder } from './frozen-order.ts';
import { COMPARE, matcher, orderOf } from './order.ts';
import { NO_SIGNALS, type SignalState, withUpdates } from './signals.ts';
import { EVERYTHING, type Filter } from './view.ts';

const at = (symbol: string, minute: number, more = {}) =>
  anUpdate({ symbol, offset: minute, analyzed_at: toIso(Date.UTC(2026, 0, 5, 12, minute)), ...more });

const inOrder = ({ bySymbol }: SignalState, filter: Filter) =>
  orderOf(bySymbol, matcher(filter, new Set()), COMPARE.time);
const screen = (state: SignalState, filter: Filter = EVERYTHING): Frozen => ({
  order: inOrder(state, filter),
  seen: state.bySymbol,
});
const stands = (frozen: Frozen | null, state: SignalState, filter: Filter = EVERYTHING) =>
  standing(frozen, inOrder(state, filter), state.bySymbol);

const before = withUpdates(NO_SIGNALS, [at('A', 3), at('B', 2), at('C', 1)]);

describe('frozen order', () => {
  it('is the newest first while nobody is in the list', () => {
    expect(stands(null, withUpdates(before, [at('C', 4)]))).toEqual({ rows: ['C', 'A', 'B'], newer: 0 });
  });

  it('moves no row and adds none under the pointer, and counts what waits', () => {
    const { frozen } = withHolder(FREE, 'pointer', true, screen(before));
    const after = withUpdates(before, [at('C', 4), at('D', 5)]);
    expect(stands(frozen, after)).toEqual({ rows: ['A', 'B', 'C'], newer: 2 });
  });

  it('has nothing waiting where a row changed in its place', () => {
    const { frozen } = withHolder(FREE, 'focus', true, screen(before));
    expect(stands(frozen, withUpdates(before, [at('A', 9)]))).toEqual({ rows: ['A', 'B', 'C'], newer: 0 });
  });

  it('keeps a row that the filter would drop, until it is let go', () => {
    const buys: Filter = { ...EVERYTHING, shown: 'buy' };
    const { frozen } = withHolder(FREE, 'pointer', true, screen(before, buys));
    const after = withUpdates(before, [at('A', 4, { signal: 'SELL' })]);
    expect(stands(frozen, after, buys).rows).toEqual(['A', 'B', 'C']);
    expect(stands(null, after, buys).rows).toEqual(['B', 'C']);
  });

  it('drops a row whose symbol is gone', () => {
    const { frozen } = withHolder(FREE, 'pointer', true, screen(before));
    expect(stands(frozen, withUpdates(NO_SIGNALS, [at('B', 2)])).rows).toEqual(['B']);
  });

  it('lasts until both pointer and focus have left', () => {
    const pointed = withHolder(FREE, 'pointer', true, screen(before));
    const later = screen(withUpdates(before, [at('D', 5)]));
    const both = withHolder(pointed, 'focus', true, later);
    expect(both.frozen).toBe(pointed.frozen);
    expect(withHolder(both, 'pointer', false, later).frozen).toBe(pointed.frozen);
    expect(withHolder(withHolder(both, 'pointer', false, later), 'focus', false, later)).toEqual(FREE);
  });

  it('lasts while the key holds it, whoever else comes and goes', () => {
    const held = withHolder(withHolder(FREE, 'key', true, screen(before)), 'pointer', true, screen(before));
    expect(withHolder(held, 'pointer', false, screen(before)).frozen).toBe(held.frozen);
    expect(withHolder(withHolder(held, 'pointer', false, screen(before)), 'key', false, screen(before))).toEqual(FREE);
  });

  it('takes the newest order when released, and holds that while someone is still there', () => {
    const pointed = withHolder(FREE, 'pointer', true, screen(before));
    const later = screen(withUpdates(before, [at('D', 5)]));
    expect(released(pointed, later).frozen).toBe(later);
    expect(released(FREE, later)).toEqual(FREE);
  });

  it('never moves a row, whatever arrives', () => {
    const anyUpdate = fc
      .tuple(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.integer({ min: 4, max: 59 }))
      .map(([symbol, minute]) => at(symbol, minute));
    fc.assert(
      fc.property(fc.array(anyUpdate), (updates) => {
        const { frozen } = withHolder(FREE, 'focus', true, screen(before));
        expect(stands(frozen, withUpdates(before, updates)).rows).toEqual(['A', 'B', 'C']);
      }),
    );
  });
});
