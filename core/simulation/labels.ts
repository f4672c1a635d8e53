/** Situations that a run of many seeds must have been in: a green run that never was proves nothing. */
export const LABELS = [
  'attempt over in a model call',
  'attempt over elsewhere',
  'attempts used up',
  'answer without a lease refused',
  'agent lost after a disconnect',
  'agent lost in silence',
  'agent quarantined',
  'agent superseded',
  'anchor lost',
  'agent turned away as a duplicate',
  'assignment declined',
  'assignment unanswered',
  'cancelled at work',
  'circuit opened',
  'commit refused',
  'completed after death',
  'completed by a former holder',
  'crash between disk and ack',
  'crash in the middle of a commit',
  'dead task retried',
  'draining',
  'duplicate acked',
  'follow-up overtaken',
  'late result kept',
  'lease kept over a reconnect',
  'paused',
  'queue full',
  'restored at work',
  'restored in a model call',
  'result refused as invalid',
  'results lost',
  'signal validated',
  'stale lease refused',
  'time unseen',
  'viewer given a delta',
  'viewer given everything',
  'viewer of an epoch that is over',
  'waiting completion took the place of a refused one',
  'waiting for a model',
] as const;
export type Label = (typeof LABELS)[number];

/** How often each situation was reached. */
export class Labels {
  readonly #counts = new Map<Label, number>(LABELS.map((label) => [label, 0]));

  reached(label: Label, times = 1): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + times);
  }

  counts(): [Label, number][] {
    return [...this.#counts];
  }
}
