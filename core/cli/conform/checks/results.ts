import { bad, type Check, fine, seconds, type Verdict, whyNone } from '../check.ts';
import { type Given, later, never } from '../given.ts';
import { HEARTBEAT_MS } from '../scripted-engine.ts';
import type { Stage } from '../stage.ts';

const RESEND_MS = 15_000;
const QUIET_MS = 2_000;
const REFUSALS = 2;
/** Sending again at once helps nobody whose disk is full. */
const FRANTIC = 20;
const LATE_ACK_MS = 3_000;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What is wrong with how the result came again after `sent` times, `what` having happened; null where nothing is. */
async function cameAgain(stage: Stage, given: Given, sent: number, what: string): Promise<Verdict | null> {
  await stage.until(() => given.completions.length > sent, RESEND_MS);
  const [first] = given.completions;
  const next = given.completions[sent];
  if (!next)
    return bad(
      `${what} it never sent the result again, so it would be lost: keep a result until its ack says ok: true or retry: false`,
    );
  return same(first?.result, next.result)
    ? null
    : bad(`${what} it sent another result for the same task and lease: keep the one that there is`);
}

/** Whether it goes on sending what it has been told to forget. */
async function goesOn(stage: Stage, given: Given, sent: number, told: string): Promise<Verdict | null> {
  const again = await stage.meanwhile(QUIET_MS, () => given.completions.length > sent);
  return again ? bad(`the result was sent again after ${told}: it is done with then`) : null;
}

export const keeps: Check = {
  name: 'keeps',
  async play(stage, type) {
    const before = stage.session;
    const given = stage.engine.give(type, {
      // Stored at the first, but the ack is lost on the way.
      answer: (nth, one) => {
        const reply = stage.engine.take(one);
        return nth === 1 ? null : reply;
      },
    });
    if (!before || !(await stage.completion(given))) return bad(whyNone(stage, given));
    stage.engine.wire.cut();
    const after = await stage.reconnected(before);
    if (!after) return bad('the connection was cut and it did not come back');
    const { instance, running } = after.handshake;
    if (instance !== before.handshake.instance)
      return bad(
        `it came back as another instance (${before.handshake.instance}, then ${instance}), which costs it its leases: make instance once a process, and send the same at each connection`,
      );
    const missed = await cameAgain(stage, given, 1, 'the ack was lost with the connection, and');
    if (missed) return missed;
    if (!running.some(({ task_id, lease }) => task_id === given.task.task_id && lease === given.task.lease))
      return bad(
        "running in the new connection's handshake does not name the task whose result is kept: name all that is at work or not yet acked",
      );
    return (
      (await goesOn(stage, given, 2, 'the ack {ok: true, status: "duplicate"}')) ??
      fine('a result whose ack is lost is sent again after the reconnect, with its lease and instance')
    );
  },
};

export const retries: Check = {
  name: 'retries',
  async play(stage, type) {
    const given = stage.engine.give(type, {
      answer: (nth, one) => (nth <= REFUSALS ? later() : stage.engine.take(one)),
    });
    if (!(await stage.completion(given))) return bad(whyNone(stage, given));
    for (let nth = 1; nth <= REFUSALS; nth += 1) {
      const missed = await cameAgain(stage, given, nth, 'after the ack {ok: false, retry: true}');
      if (missed) return missed;
    }
    const [first, , third] = given.completions;
    if (third && first && third.at - first.at < FRANTIC)
      return bad('the result was sent again without a pause: wait a second or more after retry: true');
    return (
      (await goesOn(stage, given, REFUSALS + 1, 'the ack {ok: true}')) ??
      fine('a result that cannot be stored now is sent again until it is')
    );
  },
};

export const letsGo: Check = {
  name: 'lets go',
  async play(stage, type) {
    const given = stage.engine.give(type, {
      answer: (_nth, one) => {
        one.held = false;
        return never();
      },
    });
    if (!(await stage.completion(given))) return bad(whyNone(stage, given));
    const sent = given.completions.length;
    const stubborn = await goesOn(stage, given, sent, 'the ack {ok: false, retry: false}');
    if (stubborn) return stubborn;
    // What the engine does next: the same task, another attempt.
    const { task_id, payload } = given.task;
    const again = stage.engine.give(type, { task: (task) => ({ ...task, task_id, payload, attempt: 2 }) });
    return (await stage.completion(again))
      ? fine('a result that is refused for good is dropped, and the task is done anew under its next lease')
      : bad(`the same task came again under a new lease: ${whyNone(stage, again)}`);
  },
};

export const lateAck: Check = {
  name: 'late ack',
  async play(stage, type) {
    const given = stage.engine.give(type, {
      answer: async (_nth, one) => {
        await stage.meanwhile(LATE_ACK_MS);
        return stage.engine.take(one);
      },
    });
    const completion = await stage.completion(given);
    if (!completion) return bad(whyNone(stage, given));
    const from = stage.clock.monotonic();
    await stage.until(() => completion.reply, LATE_ACK_MS + RESEND_MS);
    const beaten = stage.session?.beats.some(({ at }) => at > from + HEARTBEAT_MS) ?? false;
    if (!beaten) return bad(`an ack that came ${seconds(LATE_ACK_MS)} late stopped its heartbeat`);
    const sent = given.completions.length;
    return (
      (await goesOn(stage, given, sent + 1, 'an ack {ok: true} that came late')) ??
      fine(`an ack that comes ${seconds(LATE_ACK_MS)} late is waited for`)
    );
  },
};
