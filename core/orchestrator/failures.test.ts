import { describe, expect, it } from 'vitest';
import { Desk } from './testing/a-desk.ts';

/** One agent at work on one task. */
function atWork(limits = {}) {
  const desk = new Desk({ limits });
  const agent = desk.agent('a');
  const task = desk.submit();
  const held = agent.accept();
  const beatFor = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5_000) {
      agent.beat([held]);
      desk.advance(Math.min(5_000, ms - passed));
    }
  };
  return { desk, agent, task, held, beatFor };
}

describe('silence (FM-TAW-002)', () => {
  it('takes the tasks from an agent that was silent for 45 s, once, and disconnects it', () => {
    const { desk, agent, task } = atWork();
    desk.advance(44_000);
    expect(desk.view(task)?.state).toBe('assigned');
    desk.advance(17_000);
    expect(desk.disconnected).toEqual([agent.connection]);
    expect(desk.view(task)).toMatchObject({
      state: 'queued',
      attempt: 1,
      failures: [{ failure_source: 'agent_crash', agent_id: 'a' }],
    });
    desk.advance(60_000);
    expect(desk.view(task)?.attempt).toBe(1);
  });

  it('leaves alone an agent that beats, however long it works', () => {
    const { desk, task, beatFor } = atWork({ attempt: 600_000 });
    beatFor(300_000);
    expect(desk.view(task)).toMatchObject({ state: 'assigned', attempt: 0 });
  });
});

describe('a disconnect', () => {
  it('leaves the leases for 10 s, and an agent that comes back goes on', () => {
    const { desk, agent, task, held } = atWork();
    agent.disconnect();
    desk.advance(9_000);
    const back = agent.again({ running: [held] });
    expect(back.got('registered')).toMatchObject([{ connection_epoch: 2, keep: [task], drop: [] }]);
    desk.advance(5_000);
    expect(desk.view(task)).toMatchObject({ state: 'assigned', lease: held.lease, attempt: 0 });
    expect(back.complete(held)()).toMatchObject({ status: 'stored' });
  });

  it('is a network_error once the grace is over', () => {
    const { desk, agent, task } = atWork();
    agent.disconnect();
    desk.advance(10_500);
    expect(desk.view(task)).toMatchObject({
      state: 'queued',
      attempt: 1,
      failures: [{ failure_source: 'network_error' }],
    });
  });

  it('in the middle of a model call is kept with the failure (FM-TAW-007)', () => {
    const { desk, agent, task, held } = atWork();
    agent.enter(held);
    expect(desk.store.task(task)?.row.processing).toBe(true);
    agent.disconnect();
    desk.advance(10_500);
    expect(desk.view(task)?.failures[0]?.failure_reason).toContain('in the middle of a model call');
    expect(desk.store.task(task)?.row.processing).toBe(false);
  });
});

describe('an attempt', () => {
  it('that is over without a mark is agent_crash, with one sovereign_timeout', () => {
    const without = atWork();
    without.beatFor(181_000);
    expect(without.desk.view(without.task)?.failures).toMatchObject([{ failure_source: 'agent_crash' }]);

    const within = atWork();
    within.beatFor(100_000);
    within.agent.enter(within.held);
    within.beatFor(179_000);
    expect(within.desk.view(within.task)?.failures).toEqual([]);
    within.beatFor(3_000);
    expect(within.desk.view(within.task)).toMatchObject({
      attempt: 0,
      failures: [{ failure_source: 'sovereign_timeout' }],
    });
  });

  it('is begun anew by processing_enter three times at most', () => {
    const { desk, agent, task, held, beatFor } = atWork({ attempt: 20_000, silence: 1e9 });
    for (let n = 0; n < 4; n += 1) {
      agent.enter(held);
      agent.leave(held);
      beatFor(15_000);
    }
    expect(desk.view(task)?.failures).toMatchObject([{ failure_source: 'agent_crash' }]);
  });

  it('is counted for task_failed by its source, and three end the task', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    for (const source of ['network_error', 'agent_crash', 'invalid_result'] as const)
      agent.fail(agent.accept(), source);
    expect(desk.store.task(task)?.row).toMatchObject({ state: 'dead', attempt: 3 });
  });

  it('is not used by a sovereign_timeout, which waits longer each time: 1, 2, 4 ... 30 s', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const waits: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      agent.fail(agent.accept(), 'sovereign_timeout');
      const since = desk.monotonic;
      const offers = agent.got('task_assign').length;
      while (agent.got('task_assign').length === offers) {
        agent.beat();
        desk.advance(500);
      }
      waits.push((desk.monotonic - since) / 1_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(desk.view(task)).toMatchObject({ state: 'assigned', attempt: 0 });
  });

  it('is not touched by a failure under an old lease', () => {
    const { desk, agent, task, held } = atWork();
    agent.fail(held, 'network_error');
    const now = agent.accept();
    expect(agent.fail(held, 'agent_crash')()).toMatchObject({ code: 'stale_lease' });
    expect(agent.enter(held)()).toMatchObject({ code: 'stale_lease' });
    expect(desk.view(task)).toMatchObject({ state: 'assigned', lease: now.lease, attempt: 1 });
  });
});

describe('a deadline', () => {
  it('ends a task at work and tells its agent', () => {
    const { desk, agent, task, beatFor, held } = atWork({ attempt: 1e9 });
    beatFor(901_000);
    expect(desk.store.task(task)?.row).toMatchObject({ state: 'dead', reason: 'deadline' });
    expect(agent.got('task_cancel')).toMatchObject([{ task_id: task, lease: held.lease, reason: 'deadline' }]);
  });

  it('ends a waiting task, and does nothing to one that is committing', () => {
    const desk = new Desk();
    const waiting = desk.submit();
    desk.advance(901_000);
    expect(desk.state(waiting)).toBe('dead');

    const agent = desk.agent('a');
    const task = desk.submit({ deadline_ms: desk.wall + 2_000 });
    const held = agent.accept();
    desk.holding = true;
    const done = agent.complete(held);
    desk.advance(3_000);
    desk.flush();
    expect(done()).toMatchObject({ status: 'stored' });
    expect(desk.state(task)).toBe('completed');
  });
});

describe('a dead task', () => {
  it('is queued anew by the operator’s retry, with attempts from 0 and a new deadline', () => {
    const desk = new Desk({ limits: { attempts: 1 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    agent.fail(agent.accept(), 'agent_crash');
    const stored = desk.store.task(task);
    if (!stored) throw new Error('not stored');
    const retried = desk.ask((reply) => ({ type: 'retry', stored, deadline_ms: 60_000, reply }));
    expect(retried()).toMatchObject({ ok: true, task: { attempt: 0 } });
    expect(agent.complete(agent.accept())()).toMatchObject({ status: 'stored' });
    const again = desk.ask((reply) => ({
      type: 'retry',
      stored: desk.store.task(task) ?? stored,
      deadline_ms: 1,
      reply,
    }));
    expect(again()).toMatchObject({ ok: false, code: 'unknown_task' });
  });

  it('is queued anew, once, also while its end is on its way to the disk', () => {
    const desk = new Desk({ limits: { attempts: 1 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.holding = true;
    agent.fail(held, 'agent_crash');
    expect(desk.view(task)?.state).toBe('dead');
    const stored = desk.store.task(task);
    if (!stored) throw new Error('not stored');
    const retry = () => desk.ask((reply) => ({ type: 'retry', stored, deadline_ms: 60_000, reply }));
    const [first, second] = [retry(), retry()];
    desk.flush();
    const third = retry();
    desk.flush();
    desk.holding = false;
    desk.flush();
    expect(first()).toMatchObject({ ok: true, task: { state: 'queued', attempt: 0 } });
    for (const refused of [second, third]) expect(refused()).toMatchObject({ code: 'unknown_task' });
    expect(agent.complete(agent.accept())()).toMatchObject({ status: 'stored' });
    expect(desk.state(task)).toBe('completed');
  });

  it('stays dead while its end cannot be stored, and the operator is told so', () => {
    const desk = new Desk({ limits: { attempts: 1 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.refusing = 'disk full';
    agent.fail(held, 'agent_crash');
    const stored = desk.store.task(task);
    if (!stored) throw new Error('not stored');
    const retry = () => desk.ask((reply) => ({ type: 'retry', stored, deadline_ms: 60_000, reply }));
    expect(retry()()).toMatchObject({ code: 'not_persisted', retry: true });
    desk.refusing = null;
    desk.holding = true;
    const retried = retry();
    // The end is tried again by itself too; that it is refused once more says nothing by then.
    desk.step({ type: 'tick' });
    desk.flush(1);
    desk.refusing = 'disk full';
    desk.flush(1);
    desk.refusing = null;
    desk.holding = false;
    desk.flush();
    expect(retried()).toMatchObject({ ok: true });
    agent.beat();
    desk.advance(2_000);
    expect(desk.store.task(task)?.row.state).toBe('assigned');
    expect(agent.complete(agent.accept())()).toMatchObject({ status: 'stored' });
  });
});
