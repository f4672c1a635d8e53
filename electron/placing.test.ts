import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { docked, placed } from './placing.ts';

const first = { x: 0, y: 25, width: 1440, height: 875 };
const second = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('where the window goes', () => {
  it('is where it was, on the display where it was', () => {
    const place = { x: 1600, y: 40, width: 900, height: 700 };
    expect(placed(place, [first, second])).toEqual(place);
  });

  it('is the middle of the first display where its own is gone', () => {
    const place = { x: 1600, y: 40, width: 900, height: 700 };
    expect(placed(place, [first])).toEqual({ x: 270, y: 112, width: 900, height: 700 });
  });

  it('is the middle of the first display at the first start', () => {
    expect(placed(null, [first])).toEqual({ x: 80, y: 32, width: 1280, height: 860 });
  });

  it('is not larger than its display', () => {
    expect(placed({ x: 0, y: 25, width: 4000, height: 3000 }, [first])).toEqual(first);
  });

  const number = fc.integer({ min: -5_000, max: 5_000 });
  const length = fc.integer({ min: 200, max: 4_000 });
  const area = fc.record({ x: number, y: number, width: length, height: length });
  it('always leaves enough of its top edge for a hand', () => {
    fc.assert(
      fc.property(area, fc.array(area, { minLength: 1, maxLength: 3 }), (place, areas) => {
        const { x, y, width } = placed(place, areas);
        const within = areas.some(
          (one) =>
            Math.min(x + width, one.x + one.width) - Math.max(x, one.x) >= Math.min(96, width) &&
            y >= one.y &&
            y + 32 <= one.y + one.height,
        );
        expect(within).toBe(true);
      }),
    );
  });
});

describe('a docked sidebar', () => {
  it('has the full height of one edge', () => {
    expect(docked('right', second)).toEqual({ x: 2980, y: 0, width: 380, height: 1080 });
    expect(docked('left', first)).toEqual({ x: 0, y: 25, width: 380, height: 875 });
  });
});
