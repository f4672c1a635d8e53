import { z } from 'zod';
import { agentEventSchemas } from '../contract/messages.ts';

/** How a task went, as it is told to the engine. */
export const reportSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('task_complete'), body: agentEventSchemas.task_complete }),
  z.object({ event: z.literal('task_failed'), body: agentEventSchemas.task_failed }),
]);
export type Report = z.output<typeof reportSchema>;

/** A report in keeping until the engine has taken it or never will. */
export interface Kept {
  readonly report: Report;
  /** It need not be kept any longer. */
  release(): void;
}

/** Where reports lie between the work and the engine's ack. */
export interface Outbox {
  /** Those of an earlier run that were never acked, oldest first. */
  left(): Kept[];
  /** From when it returns, the report outlives what the outbox outlives. */
  keep(report: Report): Kept;
}

/** Outlives a cut connection, but not the process. */
export const memoryOutbox = (): Outbox => ({
  left: () => [],
  keep: (report) => ({ report, release() {} }),
});
