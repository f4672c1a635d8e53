import { describe, expect, it } from 'vitest';
import { type LogBars, logBars } from './log-bars.ts';
import { boundariesOf, closesOutside, reclaims } from './range-watch.ts';

type Figures = readonly [low: number, close: number, high: number];

/** Bars by their logs: low, close, high. */
const logsOf = (figures: readonly Figures[]): LogBars => {
  const column = (of: (one: Figures) => number) => Float64Array.from(figures, of);
  const close = column(([, middle]) => middle);
  return { ...logBars([]), open: close, close, low: column(([low]) => low), high: column(([, , high]) => high) };
};

describe('the boundaries of a range', () => {
  it('are the first lowest low and the first highest high, both ends included', () => {
    const logs = logsOf([
      [-9, 0, 9],
      [-3, 0, 2],
      [-1, 0, 3],
      [-3, 0, 3],
      [-9, 0, 9],
    ]);
    expect(boundariesOf(logs, 1, 3)).toEqual({ support: 1, resistance: 2 });
    expect(boundariesOf(logs, 0, 4)).toEqual({ support: 0, resistance: 0 });
    expect(boundariesOf(logs, 3, 4)).toEqual({ support: 4, resistance: 4 });
  });
});

describe('a boundary', () => {
  const edges = { support: 0, resistance: 0 };
  const reclaimed = (bar: Figures) => {
    const logs = logsOf([[-1, 0, 1], bar]);
    return [reclaims(logs, 1, edges, -1), reclaims(logs, 1, edges, 1)];
  };

  it.each<[string, Figures, boolean, boolean]>([
    ['pierced below and closed above', [-1.1, -0.9, 0], true, false],
    ['pierced above and closed below', [0, 0.9, 1.1], false, true],
    ['pierced on both sides', [-1.1, 0, 1.1], true, true],
    ['only touched', [-1, 0, 1], false, false],
    ['closed on, below', [-1.1, -1, 0], false, false],
    ['closed on, above', [0, 1, 1.1], false, false],
    ['closed beyond', [-1.2, -1.1, 0], false, false],
  ])('is reclaimed or not where it is %s', (_, bar, below, above) => {
    expect(reclaimed(bar)).toEqual([below, above]);
  });
});

describe('a close outside', () => {
  /** A boundary bar and one far wider than the rest, then 14 with a true range of 1, then the close. */
  const closing = (close: number) => {
    const quiet = Array.from({ length: 14 }, (): Figures => [-0.5, 0, 0.5]);
    const logs = logsOf([
      [-1, 0, 1],
      [-20, 0, 20],
      ...quiet,
      [Math.min(close, 0) - 50, close, Math.max(close, 0) + 50],
    ]);
    return closesOutside(logs, logs.close.length - 1, { support: 0, resistance: 0 });
  };

  it.each([
    [1.49, { is: 'inside' }],
    [1.5, { is: 'inside' }],
    [1.51, { is: 'outside', way: 1 }],
    [3, { is: 'outside', way: 1 }],
    [3.01, { is: 'far', way: 1 }],
    [-1.49, { is: 'inside' }],
    [-1.51, { is: 'outside', way: -1 }],
    [-3.01, { is: 'far', way: -1 }],
    [0, { is: 'inside' }],
  ])('is told in usual ranges of the 14 bars before: %d', (close, where) => {
    expect(closing(close)).toEqual(where);
  });
});
