import { describe, expect, it } from 'vitest';
import { ANALYST, aResult, Desk } from './testing/a-desk.ts';

describe('a restarted engine', () => {
  it('goes on with queued tasks in their order, and with higher leases', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const tasks = [desk.submit(), desk.submit(), desk.submit()];
    agent.accept();
    desk.restart();
    const other = desk.agent('b');
    expect(other.offer).toMatchObject({ task_id: tasks[1], lease: 2 });
  });

  it('lets an agent come back with the lease that it holds', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    desk.restart();
    desk.advance(5_000);
    const back = agent.again({ running: [held] });
    expect(back.got('registered')).toMatchObject([{ keep: [task], drop: [] }]);
    expect(back.complete(held)()).toMatchObject({ status: 'stored', offset: 1 });
  });

  it('queues again what its agent does not come back for, without counting an attempt', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    agent.accept();
    desk.restart();
    desk.advance(10_500);
    expect(desk.view(task)).toMatchObject({ state: 'queued', attempt: 0 });
  });

  it('queues again at once what its agent comes back without', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    agent.accept();
    desk.restart();
    expect(agent.again({ instance: 'a-2' }).offer).toMatchObject({ task_id: task, lease: 2 });
  });

  it('takes a completion of before the end for what it is: stored, or a duplicate', () => {
    const desk = new Desk();
    const agent = desk.agent('a', ANALYST, { max_concurrent: 2 });
    const [done] = [desk.submit(), desk.submit()];
    const [first, second] = agent.got('task_assign');
    if (!first || !second) throw new Error('nothing offered');
    agent.accept(first);
    agent.accept(second);
    agent.complete(first);
    desk.restart();
    const back = agent.again({ running: [first, second].map(({ task_id, lease }) => ({ task_id, lease })) });
    expect(back.got('registered')).toMatchObject([{ keep: [second.task_id], drop: [done] }]);
    expect(back.complete(first)()).toEqual({ ok: true, status: 'duplicate', offset: 1 });
    expect(back.complete(second, aResult())()).toMatchObject({ status: 'stored', offset: 2 });
  });

  it('forgets a commit that did not reach the disk: the agent sends it again', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit();
    const held = agent.accept();
    desk.holding = true;
    const lost = agent.complete(held);
    desk.restart();
    desk.holding = false;
    expect(lost()).toBeUndefined();
    expect(agent.again({ running: [held] }).complete(held)()).toMatchObject({ status: 'stored', offset: 1 });
  });
});
