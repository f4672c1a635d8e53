import type { Reach } from '../../e2e/support/program.ts';

/** An engine as a user runs it, or its path of a result alone with the writer in a thread or on the main loop. */
export type EngineKind = 'program' | 'thread' | 'main';

/** Milliseconds. */
export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

/** What the engine's process is asked. */
export type ToEngine =
  | { ask: 'serve'; kind: EngineKind; data: string }
  /** From now on the delay of its main loop is measured. */
  | { ask: 'watch' }
  | { ask: 'delay' }
  | { ask: 'close' };

/** What it answers. */
export type FromEngine =
  | { is: 'serving'; reach: Reach }
  | { is: 'watching' }
  /** Seconds of processor time, of all its threads, beside the delay. */
  | { is: 'delayed'; loop: Spread; cpu: number }
  | { is: 'closed' };

export interface Load {
  /** Results altogether. */
  count: number;
  /** Results a second; null for as many as there is room for. */
  rate: number | null;
  symbols: number;
  /** Whether a viewer watches too. */
  viewer: boolean;
}

/** What the process of the agents is asked. */
export type ToCrew =
  /** Tasks are submitted, one for each result. */
  | { ask: 'submit'; reach: Reach; load: Load }
  /** Agents come and complete them all. */
  | { ask: 'work'; reach: Reach; load: Load }
  /** Until the engine has done what a new one does in its first seconds. */
  | { ask: 'rest'; reach: Reach };

export interface WorkReport {
  /** From the first assignment to the last ack. */
  seconds: number;
  /** From the emit of a completion to its ack. */
  ack: Spread;
  /** From the emit of a completion to its row at the viewer; null where none watched. */
  row: (Spread & { rows: number }) | null;
}

/** What it answers. */
export type FromCrew = { is: 'submitted'; seconds: number } | { is: 'worked'; report: WorkReport } | { is: 'rested' };

/** What the process of the peer is asked. */
export interface ToBull {
  /** Of its Redis. */
  port: number;
  /** Jobs altogether. */
  count: number;
  /** What a job carries, and what it returns. */
  task: unknown;
  result: unknown;
}

export interface FromBull {
  is: 'measured';
  /** Jobs a second. */
  rate: number;
}
