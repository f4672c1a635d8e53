import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { firstView, firstWatchlists, type Memory, remember } from './remembered.ts';
import { FIRST_VIEW, fromFragment, isFiltered, SHOWN, SORTS, toFragment, type View } from './view.ts';
import {
  isWatched,
  NO_LISTS,
  readWatchlists,
  storedWatchlists,
  toggled,
  WATCHED,
  withList,
  withoutList,
} from './watchlists.ts';

const anyText = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .filter((text) => text.trim() === text && text.length <= 64);
const anyView: fc.Arbitrary<View> = fc.record({
  search: fc.oneof(fc.constant(''), anyText),
  shown: fc.constantFrom(...SHOWN),
  warned: fc.boolean(),
  least: fc.integer({ min: 0, max: 100 }),
  list: fc.option(anyText),
  sort: fc.constantFrom(...SORTS),
  symbol: fc.option(anyText),
  timeframe: fc.option(fc.constantFrom('5m', '1h')),
});

/** A page's memory that lives as long as the test. */
function aMemory(fragment = '', stored: Record<string, string> = {}) {
  const kept = new Map(Object.entries(stored));
  const memory: Memory = {
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    fragment: () => fragment && `#${fragment}`,
    setFragment: (next) => {
      fragment = next;
    },
  };
  return { memory, kept, fragment: () => fragment };
}

describe('a view in the address', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(fromFragment(toFragment(view))).toEqual(view);
      }),
    );
  });

  it('is empty for the first view, and takes no nonsense', () => {
    expect(toFragment(FIRST_VIEW)).toBe('');
    expect(fromFragment('#show=everything&min=1000&sort=up&warned=yes&list=&q=')).toEqual(FIRST_VIEW);
    expect(fromFragment(`#q=${'x'.repeat(5_000)}`).search).toHaveLength(64);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => fromFragment(text)).not.toThrow();
      }),
    );
  });

  it('says whether anything is hidden', () => {
    expect(isFiltered(FIRST_VIEW)).toBe(false);
    expect(isFiltered({ ...FIRST_VIEW, search: '  ' })).toBe(false);
    for (const more of [{ search: 'a' }, { shown: 'buy' }, { warned: true }, { least: 50 }, { list: WATCHED }] as const)
      expect(isFiltered({ ...FIRST_VIEW, ...more })).toBe(true);
  });
});

describe('what a page was set to', () => {
  it('stands in its address and comes back without one, with nothing open', () => {
    const { memory, fragment } = aMemory();
    const view = createStore<View>(() => firstView(memory));
    remember(
      memory,
      view,
      createStore(() => firstWatchlists(memory)),
    );
    view.setState({ shown: 'sell', least: 60, symbol: 'ADA/BTC' });
    expect(fragment()).toBe('show=sell&min=60&symbol=ADA%2FBTC');
    expect(firstView(memory)).toMatchObject({ shown: 'sell', symbol: 'ADA/BTC' });
    memory.setFragment('');
    expect(firstView(memory)).toEqual({ ...FIRST_VIEW, shown: 'sell', least: 60 });
    memory.setFragment('sort=risk');
    expect(firstView(memory)).toEqual({ ...FIRST_VIEW, sort: 'risk' });
  });

  it('costs nothing else where nothing can be stored', () => {
    const forbidden = () => {
      throw new Error('denied');
    };
    const memory: Memory = {
      storage: { getItem: forbidden, setItem: forbidden },
      fragment: () => '',
      setFragment: () => {},
    };
    const view = createStore<View>(() => firstView(memory));
    remember(
      memory,
      view,
      createStore(() => firstWatchlists(memory)),
    );
    view.setState({ shown: 'buy' });
    expect(view.getState().shown).toBe('buy');
  });
});

describe('watchlists', () => {
  it('take a symbol and give it back, on the list that is named', () => {
    const one = toggled(NO_LISTS, 'ADA/BTC');
    expect(isWatched(one, 'ADA/BTC')).toBe(true);
    expect(isWatched(toggled(one, 'ADA/BTC'), 'ADA/BTC')).toBe(false);
    const two = toggled(withList(one, ' Mine '), '__proto__', 'Mine');
    expect(isWatched(two, '__proto__', 'Mine')).toBe(true);
    expect(isWatched(two, '__proto__')).toBe(false);
  });

  it('have no two of one name, and none without', () => {
    for (const name of ['', '  ', WATCHED, 'x'.repeat(41)]) expect(withList(NO_LISTS, name)).toBe(NO_LISTS);
  });

  it('lose a list by name; the one that w fills is emptied', () => {
    const lists = toggled(withList(NO_LISTS, 'Mine'), 'ADA/BTC');
    expect([...withoutList(lists, 'Mine').lists.keys()]).toEqual([WATCHED]);
    expect(isWatched(withoutList(lists, WATCHED), 'ADA/BTC')).toBe(false);
    expect(withoutList(lists, WATCHED).lists.has(WATCHED)).toBe(true);
  });

  it('come back as they were stored, and from nonsense as at first', () => {
    const lists = toggled(toggled(withList(NO_LISTS, 'Mine'), 'ADA/BTC'), '__proto__', 'Mine');
    expect(readWatchlists(storedWatchlists(lists))).toEqual(lists);
    for (const stored of [null, '', '{', '[]', '{"Mine":5}', '{"Mine":[5]}'])
      expect(readWatchlists(stored)).toEqual(NO_LISTS);
  });
});
