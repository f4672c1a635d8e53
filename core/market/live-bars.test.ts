import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveBars } from './live-bars.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 2, 2, 12);
const row = (minute: number, close = 10, volume = 5) => [NOON + minute * MINUTE, 10, 11, 9, close, volume];
const minutesOf = (bars: readonly { time: number }[]) => bars.map(({ time }) => (time - NOON) / MINUTE);
const late = NOON + 1_000 * MINUTE;

describe('LiveBars', () => {
  it('takes closed bars, and leaves the one that is still being made', () => {
    const bars = new LiveBars('1m', null);
    const { bars: taken } = bars.take([row(0), row(1), row(2)], NOON + 2 * MINUTE + 30_000, false);
    expect(minutesOf(taken)).toEqual([0, 1]);
    expect(bars.nextClose).toBe(NOON + 3 * MINUTE);
  });

  it('takes none twice, none that is older, and says so where it was shown as another', () => {
    const bars = new LiveBars('1m', null);
    bars.take([row(0), row(1)], late, false);
    const again = bars.take([row(0), row(1, 10.5), row(2), row(1), row(2)], late, false);
    expect(minutesOf(again.bars)).toEqual([2]);
    expect(again.oddities.map(({ is }) => is)).toEqual(['changed', 'backwards']);
  });

  it('stops at a gap, whose bars may still come, and goes on past it when nobody has them', () => {
    const bars = new LiveBars('1m', null);
    const first = bars.take([row(0), row(3)], late, false);
    expect([minutesOf(first.bars), first.gap]).toEqual([[0], NOON + MINUTE]);
    const filled = bars.take([row(1), row(3)], late, false);
    expect([minutesOf(filled.bars), filled.gap]).toEqual([[1], NOON + 2 * MINUTE]);
    const forgiven = bars.take([row(3)], late, true);
    expect(minutesOf(forgiven.bars)).toEqual([3]);
    expect(forgiven.oddities).toMatchObject([{ is: 'missing', time: NOON + 2 * MINUTE }]);
  });

  it.each([
    ['text for a number', [NOON, '10', 11, 9, 10, 5], 'unreadable'],
    ['null for a number', [NOON, 10, 11, 9, null, 5], 'unreadable'],
    ['no list', 'bar', 'unreadable'],
    ['a price of 0', [NOON, 0, 11, 0, 10, 5], 'unsound'],
    ['a high below the low', [NOON, 10, 8, 9, 10, 5], 'unsound'],
    ['a negative volume', [NOON, 10, 11, 9, 10, -1], 'unsound'],
  ])('lets nothing in that is %s', (_, bad, is) => {
    const { bars, oddities } = new LiveBars('1m', null).take([bad], late, false);
    expect(bars).toEqual([]);
    expect(oddities).toMatchObject([{ is }]);
  });

  it.each([{ error: 'x' }, null, 'text', 5])('takes %j for no answer', (answer) => {
    expect(new LiveBars('1m', null).take(answer, late, false)).toMatchObject({
      bars: [],
      oddities: [{ is: 'unreadable' }],
    });
  });

  it('says of a bar without volume and of a split-sized jump that they stand out', () => {
    const { oddities } = new LiveBars('1m', null).take(
      [row(0), row(1, 10, 0), [NOON + 2 * MINUTE, 5, 5.5, 4.5, 5, 1]],
      late,
      false,
    );
    expect(oddities.map(({ is }) => is)).toEqual(['no volume', 'jump']);
  });

  it('ends with every closed bar once, in order, whatever the answers repeat, mix up or cut off', () => {
    const answers = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30, size: 'max' }), {
      maxLength: 20,
      size: 'max',
    });
    fc.assert(
      fc.property(answers, (pages) => {
        const bars = new LiveBars('1m', null);
        const taken = pages.flatMap((page) =>
          minutesOf(
            bars.take(
              page.map((minute) => row(minute)),
              NOON + 30 * MINUTE,
              false,
            ).bars,
          ),
        );
        const [first = 0] = taken;
        expect(taken).toEqual(taken.map((_, place) => first + place));
        expect(taken.every((minute) => minute < 30)).toBe(true);
      }),
    );
  });
});
