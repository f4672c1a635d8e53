import { assignAckSchema, type TaskAssign } from '../../../contract/messages.ts';
import { bad, type Check, fine, notApplicable, seconds, whyNone } from '../check.ts';
import type { Given } from '../given.ts';
import { HEARTBEAT_MS } from '../scripted-engine.ts';
import type { Stage } from '../stage.ts';

const ACK_MS = 5_000;
/** The engine's own measure: silent for 45 s at a beat of 10 s. */
const LATE_BEAT_MS = 4.5 * HEARTBEAT_MS;
const WATCH_MS = 4 * HEARTBEAT_MS;

export const accepts: Check = {
  name: 'accepts',
  async play(stage, type) {
    const given = stage.engine.give(type);
    const started = stage.clock.monotonic();
    await stage.until(() => given.acks.length > 0, ACK_MS);
    const took = stage.clock.monotonic() - started;
    if (given.acks.length === 0)
      return bad('no ack of task_assign within 5 s, so the lease is void: answer {accept: true} at once, then work');
    const ack = assignAckSchema.safeParse(given.acks[0]);
    if (!ack.success)
      return bad(
        `the ack of task_assign was ${JSON.stringify(given.acks[0])}: answer {accept: true}, or {accept: false, reason}`,
      );
    if (!ack.data.accept) return bad(whyNone(stage, given));
    await stage.completion(given);
    return fine(`a task is acked after ${seconds(took)}`);
  },
};

export const answers: Check = {
  name: 'answers',
  async play(stage) {
    const types = stage.taskTypes();
    for (const type of types) {
      const given = stage.engine.give(type);
      const completion = await stage.completion(given);
      if (!completion) return bad(`${type}: ${whyNone(stage, given)}`);
      const reply = await stage.until(() => completion.reply, ACK_MS);
      if (reply && !reply.ok) return bad(`${type}: the result is not valid: ${reply.message}`);
      const again = await stage.meanwhile(WATCH_MS, () => given.completions.length > 1);
      if (again) return bad(`${type}: the result was sent again although it was acked {ok: true}`);
    }
    return fine(`its results of ${types.join(' and ')} are what the engine settles`);
  },
};

const lists = (stage: Stage, { task }: Given): boolean =>
  (stage.session?.beats.at(-1)?.running ?? []).some(
    ({ task_id, lease }) => task_id === task.task_id && lease === task.lease,
  );

/** The longest time without a beat since `from`; the agent is connected since then. */
function longestGap(stage: Stage, from: number): number {
  const beats = (stage.session?.beats ?? []).map(({ at }) => at).filter((at) => at >= from);
  const times = [from, ...beats, stage.clock.monotonic()];
  return Math.max(...times.slice(1).map((at, place) => at - (times[place] ?? at)));
}

export const beats: Check = {
  name: 'beats',
  async play(stage, type) {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const from = stage.clock.monotonic();
    const given = stage.engine.give(type, {
      answer: async (_nth, one) => {
        await held;
        return stage.engine.take(one);
      },
    });
    const completion = await stage.completion(given);
    // Longer than a beat may be late, or silence could not be told from a beat on its way.
    if (completion) await stage.meanwhile(LATE_BEAT_MS + HEARTBEAT_MS);
    const named = lists(stage, given);
    release();
    const gap = longestGap(stage, from);
    if (gap > LATE_BEAT_MS)
      return bad(
        `no heartbeat for ${seconds(gap)}, while registered asked for one every ${seconds(HEARTBEAT_MS)}: beat also while at work and while an ack is awaited`,
      );
    if (!completion) return bad(whyNone(stage, given));
    if (!named)
      return bad(
        "a beat's running does not name the task whose result waits for its ack: name all that is at work or not yet acked",
      );
    const gone = await stage.until(() => !lists(stage, given), WATCH_MS + LATE_BEAT_MS);
    return gone
      ? fine('it beats in time, and running names what it has and nothing that is done')
      : bad("a beat's running still names a task whose result was acked");
  },
};

export const marks: Check = {
  name: 'marks',
  async play(stage, type) {
    const given = stage.engine.give(type);
    if (!(await stage.completion(given))) return bad(whyNone(stage, given));
    await stage.until(() => given.marks.at(-1) !== 'enter', ACK_MS);
    if (given.marks.length === 0)
      return notApplicable('it sets no processing marks; a call to a model that takes seconds should have them');
    const paired = given.marks.every((mark, place) => mark === (place % 2 === 0 ? 'enter' : 'leave'));
    return paired && given.marks.length % 2 === 0
      ? fine('processing marks are set and cleared in pairs')
      : bad(
          `processing marks came as ${given.marks.join(', ')}: send processing_enter before each call to the model and processing_leave after it, whatever came of it`,
        );
  },
};

const withLease = (old: Given) => (task: TaskAssign) => ({
  ...task,
  task_id: old.task.task_id,
  payload: old.task.payload,
  attempt: 2,
});

export const cancelled: Check = {
  name: 'cancel',
  async play(stage, type) {
    const given = stage.engine.give(type);
    await stage.until(() => given.acks.length > 0, ACK_MS);
    stage.engine.cancel(given);
    const from = stage.clock.monotonic();
    const beaten = (): boolean => (stage.session?.beats.filter(({ at }) => at > from + HEARTBEAT_MS).length ?? 0) > 1;
    const stopped = await stage.until(() => beaten() && !lists(stage, given), WATCH_MS + LATE_BEAT_MS);
    if (!stopped)
      return bad('a task that was cancelled is still named in running: stop working on it, and drop it from the beats');
    const late = given.completions.length;
    const again = stage.engine.give(type, { task: withLease(given) });
    if (!(await stage.completion(again))) return bad(`after a task_cancel: ${whyNone(stage, again)}`);
    return fine(
      late > 0
        ? 'a task that was cancelled is let go (its result was on its way already, which does no harm)'
        : 'a task that was cancelled is let go, and comes again under a new lease',
    );
  },
};

export const doubled: Check = {
  name: 'doubled',
  async play(stage, type) {
    const given = stage.engine.give(type, { times: 2 });
    if (!(await stage.completion(given))) return bad(whyNone(stage, given));
    const twice = await stage.meanwhile(WATCH_MS, () => given.completions.length > 1);
    return twice
      ? bad('a task_assign that came twice was done twice: the same task_id and lease is the same task')
      : fine('a task_assign that comes twice is done once');
  },
};
