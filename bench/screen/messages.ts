export interface Load {
  /** Results a second. */
  rate: number;
  symbols: number;
  seconds: number;
}

/** What the engine's process is asked: to serve once, then to run once for each page. */
export type ToEngine =
  | { ask: 'serve'; symbols: number; page: string; origins: readonly string[] }
  | { ask: 'run'; load: Load };

export type FromEngine = { is: 'serving'; url: string; token: string } | { is: 'ran'; published: number };
