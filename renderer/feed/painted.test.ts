import { describe, expect, it } from 'vitest';
import { paintReporter } from './painted.ts';

function byHand() {
  const told: number[] = [];
  const paintedAt: number[] = [];
  const clock = { now: 0 };
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const run = (list: (() => void)[]) => {
    for (const one of list.splice(0)) one();
  };
  const reporter = paintReporter({
    report(offset, at) {
      told.push(offset);
      paintedAt.push(at);
    },
    now: () => clock.now,
    nextFrame: (frame) => frames.push(frame),
    after: (_ms, timer) => {
      timers.push(timer);
      return () => timers.splice(0);
    },
  });
  return { reporter, told, paintedAt, clock, frame: () => run(frames), second: () => run(timers) };
}

describe('painted', () => {
  it('is told after the frame, at most once a second, and ends with the newest', () => {
    const { reporter, told, frame, second } = byHand();
    reporter.shown(5);
    expect(told).toEqual([]);
    frame();
    reporter.shown(6);
    reporter.shown(7);
    frame();
    expect(told).toEqual([5]);
    second();
    expect(told).toEqual([5, 7]);
    second();
    expect(told).toEqual([5, 7]);
  });

  it('says when that was, however much later it may say so', () => {
    const { reporter, told, paintedAt, clock, frame, second } = byHand();
    reporter.shown(5);
    clock.now = 16;
    frame();
    reporter.shown(6);
    clock.now = 32;
    frame();
    reporter.shown(7);
    clock.now = 1_000;
    second();
    expect([told, paintedAt]).toEqual([
      [5, 6],
      [16, 32],
    ]);
    frame();
    second();
    expect([told, paintedAt]).toEqual([
      [5, 6, 7],
      [16, 32, 1_000],
    ]);
  });

  it('starts again below after a new epoch, and is silent when closed', () => {
    const { reporter, told, frame, second } = byHand();
    reporter.shown(500);
    frame();
    reporter.shown(2);
    frame();
    second();
    expect(told).toEqual([500, 2]);
    reporter.shown(3);
    frame();
    reporter.close();
    second();
    expect(told).toEqual([500, 2]);
  });
});
