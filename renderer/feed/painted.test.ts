import { describe, expect, it } from 'vitest';
import { paintReporter } from './painted.ts';

function byHand() {
  const told: number[] = [];
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const run = (list: (() => void)[]) => {
    for (const one of list.splice(0)) one();
  };
  const reporter = paintReporter({
    report: (offset) => told.push(offset),
    nextFrame: (frame) => frames.push(frame),
    after: (_ms, timer) => {
      timers.push(timer);
      return () => timers.splice(0);
    },
  });
  return { reporter, told, frame: () => run(frames), second: () => run(timers) };
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
