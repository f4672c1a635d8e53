/** Runs at the page's next frame. */
export type NextFrame = (run: () => void) => unknown;

/** Runs once after `ms` unless taken back. */
export type After = (ms: number, run: () => void) => () => void;
