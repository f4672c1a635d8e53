/** What a viewer's process is asked, and what it answers. */
export type ToViewer =
  | { ask: 'watch'; urls: readonly string[]; token: string; seed: number }
  /** Resolves once it shows what is told here, or the time is over. */
  | { ask: 'report'; state: string; ms: number };
export type FromViewer = { is: 'watching' } | { is: 'report'; report: ViewerReport };

export interface ViewerReport {
  /** Whether it came to show that state. */
  equal: boolean;
  /** What its history breaks, in sentences. */
  wrong: string[];
  /** Each row that it ever showed: offset and digest. */
  shown: [offset: number, digest: string][];
  connections: number;
  fullSnapshots: number;
}

export type ToAgent = { ask: 'work'; url: string; token: string; agentId: string; seed: number };
/** Told of each result that was acked as stored. */
export type FromAgent = { is: 'working' } | { is: 'acked'; offset: number; task_id: string; lease: number };
