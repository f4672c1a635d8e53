import { describe, expect, it } from 'vitest';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { signalStream } from './signal-stream.ts';

const update = (symbol: string, stage: SidebarUpdate['stage'], minute: number) =>
  ({ symbol, stage, analyzed_at: `2026-01-05T12:0${minute}:00.000Z` }) as SidebarUpdate;

function aStream() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const take = signalStream(
    ({ symbol, stage, analyzed_at }) => lines.push(`${symbol} ${stage} ${analyzed_at.slice(14, 16)}`),
    clock,
  );
  return { clock, lines, take };
}

describe('the terminal’s stream of signals', () => {
  it('prints a signal once, when it is validated', () => {
    const { clock, lines, take } = aStream();
    take(update('A', 'analysis', 1));
    take(update('A', 'signal', 1));
    clock.advance(5_000);
    expect(lines).toEqual(['A signal 01']);
  });

  it('prints an analysis by itself where no validator answers in time', () => {
    const { clock, lines, take } = aStream();
    take(update('A', 'analysis', 1));
    take(update('B', 'analysis', 1));
    clock.advance(2_000);
    expect(lines).toEqual(['A analysis 01', 'B analysis 01']);
  });

  it('loses none that a newer one overtakes', () => {
    const { clock, lines, take } = aStream();
    take(update('A', 'analysis', 1));
    take(update('A', 'analysis', 2));
    take(update('A', 'signal', 2));
    clock.advance(5_000);
    expect(lines).toEqual(['A analysis 01', 'A signal 02']);
  });
});
