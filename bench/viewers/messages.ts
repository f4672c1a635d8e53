/** How a viewer treats what it is sent: decodes and acks it, or counts it and acks at once, after a second, or never. */
export const MANNERS = ['decoding', 'prompt', 'slow', 'never'] as const;
export type Manner = (typeof MANNERS)[number];
export type Crowd = Readonly<Record<Manner, number>>;

export interface Load {
  /** Results a second. */
  rate: number;
  symbols: number;
  seconds: number;
}

/** What the engine's process is asked, in this order. */
export type ToEngine =
  | { ask: 'serve'; symbols: number; viewers: number }
  | { ask: 'run'; load: Load }
  | { ask: 'sweep' };

export interface EngineReport {
  published: number;
  /** Milliseconds of the main loop's delay while the load ran. */
  loop: { p50: number; p99: number; max: number };
  /** Shares of one core. */
  cpu: { user: number; system: number };
  /** MiB after a collection, before and after the load. */
  heap: [number, number];
  /** MiB, once a second while the load ran. */
  rss: number[];
}

/** What it answers. */
export type FromEngine =
  | { is: 'serving'; url: string; token: string }
  | { is: 'ran'; report: EngineReport }
  | { is: 'swept'; state: string };

/** What a process of viewers is asked, in this order. */
export type ToCrowd =
  | { ask: 'watch'; url: string; token: string; symbols: number; crowd: Crowd }
  | { ask: 'measure' }
  | { ask: 'report' }
  /** From now on all decode what they get, and those who never acked do. */
  | { ask: 'decode' }
  | { ask: 'compare'; state: string };

export interface CrowdReport {
  viewers: number;
  messages: number;
  bytes: number;
  /** Shares of one core. */
  cpu: number;
  /** Milliseconds from published to received, of the rows that were decoded. */
  latency: { rows: number; p50: number; p99: number; max: number } | null;
}

/** What it answers. */
export type FromCrowd =
  | { is: 'watching' }
  | { is: 'measuring' }
  | { is: 'report'; report: CrowdReport }
  | { is: 'decoding' }
  /** How many have ended in the engine's state. */
  | { is: 'compared'; equal: number };
