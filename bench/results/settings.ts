/** What a run of the benchmark is told. */
export interface Settings {
  /** Results in a round of the throughput. */
  results: number;
  symbols: number;
  rounds: number;
  /** How long one paced load lasts. */
  seconds: number;
  /** Options for Node where the engines are to be profiled. */
  profile: string[];
}
