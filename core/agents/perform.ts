import type { TaskAssign } from '../contract/messages.ts';
import { messageOf } from '../kit/errors.ts';
import type { Report } from './outbox.ts';
import { readRefusal } from './reply.ts';
import type { AtWork } from './running.ts';
import { TaskFailedError, type Work, type WorkTools } from './work.ts';

export interface Performance {
  work: Work;
  task: TaskAssign;
  at: AtWork;
  /** Stops the work on this task. */
  stop: (why: string) => void;
  request: (event: 'processing_enter' | 'processing_leave', body: unknown, ms: number) => Promise<unknown>;
}

/** How long a Sovereign call waits for its mark: the mark is for the engine, the call is what counts. */
const MARK_MS = 5_000;
/** A larger message would end the connection; its envelope fits in what is left of 256 KiB. */
const RESULT_BYTES_MAX = 250 * 1_024;
const REASON_MAX = 2_000;

/** Does one task; whatever comes of it is a report. */
export async function perform({ work, task, ...rest }: Performance): Promise<Report> {
  const { task_id, lease } = task;
  try {
    const result = asJson(await work(task, toolsFor(rest)));
    return { event: 'task_complete', body: { task_id, lease, result } };
  } catch (error) {
    // What nobody foresaw is a fault of the agent.
    const failure_source = error instanceof TaskFailedError ? error.source : 'agent_crash';
    const failure_reason = messageOf(error).slice(0, REASON_MAX).toWellFormed();
    return { event: 'task_failed', body: { task_id, lease, failure_source, failure_reason } };
  }
}

function toolsFor({ at, stop, request }: Omit<Performance, 'work' | 'task'>): WorkTools {
  const { task_id, lease, signal } = at;
  /** Best effort: only the answer that the lease is void counts. */
  const mark = async (event: 'processing_enter' | 'processing_leave'): Promise<void> => {
    const answer = await request(event, { task_id, lease }, MARK_MS).catch(() => null);
    const refusal = readRefusal(answer);
    if (refusal?.code === 'stale_lease') stop(refusal.message);
  };
  return {
    signal,
    async sovereign(call) {
      if (signal.aborted) throw signal.reason;
      await mark('processing_enter');
      if (signal.aborted) throw signal.reason;
      try {
        return await call();
      } finally {
        void mark('processing_leave');
      }
    },
  };
}

/** The result as it goes on the wire and to the disk; throws TaskFailedError where it cannot go there. */
function asJson(result: unknown): unknown {
  let text: string;
  try {
    text = JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw new TaskFailedError('invalid_result', `the result cannot be written as JSON (${messageOf(cause)})`, {
      cause,
    });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > RESULT_BYTES_MAX)
    throw new TaskFailedError(
      'invalid_result',
      `the result has ${bytes} bytes as JSON, ${RESULT_BYTES_MAX} are taken at most`,
    );
  return JSON.parse(text);
}
