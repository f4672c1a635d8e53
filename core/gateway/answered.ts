import { type Reply, refusal } from '../contract/messages.ts';
import { messageOf } from '../kit/errors.ts';

/** An answer in any case: whoever asked what the engine could not do keeps it, and asks again later. */
export async function answered(answer: () => Promise<Reply>): Promise<Reply> {
  try {
    return await answer();
  } catch (error) {
    return refusal('not_persisted', `the engine could not do it: ${messageOf(error)}`, true);
  }
}
