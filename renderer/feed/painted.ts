import type { After, NextFrame } from './timing.ts';

export interface PaintReporterOptions {
  report(offset: number): void;
  after: After;
  nextFrame: NextFrame;
}

const EVERY_MS = 1_000;

/** Tells the newest offset on screen once its frame is out, at most once a second, the last one always. */
export function paintReporter({ report, after, nextFrame }: PaintReporterOptions) {
  let newest = 0;
  let reported = 0;
  let resting = false;
  let takeBack = () => {};

  const tell = () => {
    if (resting || newest === reported) return;
    resting = true;
    reported = newest;
    report(newest);
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
      nextFrame(tell);
    },
    close: () => takeBack(),
  };
}
