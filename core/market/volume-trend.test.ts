import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsAlong, normal } from './testing/bars.ts';
import { mannKendall, volumeTrend } from './volume-trend.ts';

const withVolumes = (volumes: readonly number[]) =>
  barsAlong([{ count: volumes.length, drift: 0 }]).map((bar, place) => ({ ...bar, volume: volumes[place] ?? 0 }));
const twenty = (of: (place: number) => number) => Array.from({ length: 20 }, (_, place) => of(place));

describe('Mann-Kendall z', () => {
  it.each([
    ['a rise', twenty((place) => place), (190 - 1) / Math.sqrt(950)],
    ['a fall', twenty((place) => -place), -(190 - 1) / Math.sqrt(950)],
    ['equal values', twenty(() => 7), 0],
    // Ten pairs of equal values: S = 190 − 10, the variance loses 10 · 2·1·9.
    ['a rise in pairs', twenty((place) => Math.floor(place / 2)), 179 / Math.sqrt((20 * 19 * 45 - 180) / 18)],
    ['no values', [], 0],
  ])('of %s', (_, values, z) => {
    expect(mannKendall(values)).toBeCloseTo(z, 9);
  });
});

describe('the volume trend', () => {
  it('rises, declines or is flat', () => {
    expect(volumeTrend(withVolumes(twenty((place) => 100 + place)))).toBe('rising');
    expect(volumeTrend(withVolumes(twenty((place) => 100 - place)))).toBe('declining');
    expect(volumeTrend(withVolumes(twenty((place) => 100 + (place % 2))))).toBe('flat');
    expect(volumeTrend(withVolumes(twenty(() => 100)))).toBe('flat');
  });

  it('looks at the last 20 bars alone', () => {
    const falling = twenty((place) => 1_000 - place);
    const rising = twenty((place) => 100 + place);
    expect(volumeTrend(withVolumes([...falling, ...rising]))).toBe('rising');
    expect(volumeTrend(withVolumes([0, ...rising]))).toBe('rising');
  });

  it('takes a trend for one from a z of 2.6 on', () => {
    // The three largest in front make 54 of 190 pairs fall: z = 81 / √950 = 2.63. One more makes it 2.56.
    const rise = twenty((place) => place + 1).slice(0, 17);
    expect(volumeTrend(withVolumes([20, 19, 18, ...rise]))).toBe('rising');
    expect(volumeTrend(withVolumes([20, 19, 18, 2, 1, ...rise.slice(2)]))).toBe('flat');
    expect(volumeTrend(withVolumes([...rise.toReversed(), 18, 19, 20]))).toBe('declining');
  });

  it.each([
    ['none', []],
    ['19', twenty((place) => place + 1).slice(1)],
    ['one without volume', twenty((place) => place)],
    ['one whose volume is no number', twenty((place) => (place === 9 ? Number.NaN : 10))],
    ['one of endless volume', twenty((place) => (place === 9 ? Number.POSITIVE_INFINITY : 10))],
  ])('is unknown over bars of which there is %s', (_, volumes) => {
    expect(volumeTrend(withVolumes(volumes))).toBe('unknown');
  });

  it('is the same in any unit and turns round with time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 20, maxLength: 20 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (volumes, unit) => {
          const trend = volumeTrend(withVolumes(volumes));
          expect(volumeTrend(withVolumes(volumes.map((volume) => volume * unit)))).toBe(trend);
          const back = { rising: 'declining', declining: 'rising', flat: 'flat', unknown: 'unknown' }[trend];
          expect(volumeTrend(withVolumes([...volumes].reverse()))).toBe(back);
        },
      ),
    );
  });

  it.each([
    ['that forgets', 0],
    ['that remembers (0.4 of the bar before)', 0.4],
  ])('is seen falsely in flat volume %s in at most 8 of 100 windows', (_, memory) => {
    const next = normal(20_26);
    let windows = 0;
    let falsely = 0;
    for (; windows < 2_000; windows += 1) {
      let log = next();
      const volumes = twenty(() => {
        log = memory * log + 0.5 * next();
        return Math.exp(8 + log);
      });
      if (volumeTrend(withVolumes(volumes)) !== 'flat') falsely += 1;
    }
    expect(falsely / windows).toBeLessThanOrEqual(0.08);
    expect(falsely).toBeGreaterThan(0);
  });
});
