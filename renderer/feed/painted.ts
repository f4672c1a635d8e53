import type { After, NextFrame } from './timing.ts';

export interface PaintReporterOptions {
  /** `at` is when it was painted, epoch ms. */
  report(offset: number, at: number): void;
  now(): number;
  after: After;
  nextFrame: NextFrame;
}

const EVERY_MS = 1_000;

/** Tells the newest offset on screen once its frame is out, at most once a second, the last one always. */
export function paintReporter({ report, now, after, nextFrame }: PaintReporterOptions) {
  let newest = 0;
  let painted = { offset: 0, at: 0 };
  let reported = 0;
  let resting = false;
  let takeBack = () => {};

  const tell = () => {
    if (resting || painted.offset === reported) return;
    resting = true;
    reported = painted.offset;
    report(painted.offset, painted.at);
    takeBack = after(EVERY_MS, () => {
      resting = false;
      tell();
    });
  };
  return {
    shown(offset: number): void {
      // A new store epoch counts from the beginning again, so lower is news too.
      if (offset === newest || offset === 0) return;
      newest = offset;
      nextFrame(() => {
        painted = { offset, at: now() };
        tell();
      });
    },
    close: () => takeBack(),
  };
}
