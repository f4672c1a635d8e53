import { describe, expect, it } from 'vitest';
import { ANALYST, aResult, Desk, VALIDATOR } from './testing/a-desk.ts';

describe('dispatch', () => {
  it('gives a trading task to the agent with sovereign_access although a generic one is idle (FM-TAW-004)', () => {
    const desk = new Desk();
    const generic = desk.agent('generic', {});
    const analyst = desk.agent('analyst');
    const task = desk.submit();
    expect(generic.offer).toBeUndefined();
    expect(analyst.offer).toMatchObject({ task_id: task, lease: 1, attempt: 1, attempt_ms: 180_000 });
  });

  it('gives nothing to an agent whose capability is present but false', () => {
    const desk = new Desk();
    const agent = desk.agent('a', { sovereign_access: false, trading_analysis: true });
    const task = desk.submit();
    expect(agent.offer).toBeUndefined();
    expect(desk.view(task)).toMatchObject({
      state: 'queued',
      reason: 'no_capable_agent',
      missing: ['sovereign_access'],
    });
  });

  it('says why a task waits: nobody is able to, or all are busy', () => {
    const desk = new Desk();
    const first = desk.submit();
    expect(desk.view(first)).toMatchObject({
      reason: 'no_capable_agent',
      missing: ['sovereign_access', 'trading_analysis'],
    });
    desk.agent('a');
    const second = desk.submit();
    expect(desk.view(second)).toMatchObject({ reason: 'all_busy', missing: [] });
    expect(desk.status().waiting).toEqual([
      { task_type: 'trading_analysis', count: 1, reason: 'all_busy', missing: [] },
    ]);
  });

  it('lets one waiting type hold up no other', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit({ task_type: 'trading_signal' });
    const task = desk.submit();
    expect(agent.offer?.task_id).toBe(task);
  });

  it('gives any agent a task of a type of the user’s own', () => {
    const desk = new Desk();
    const generic = desk.agent('generic', {});
    const task = desk.submit({ task_type: 'constructor', symbol: null, timeframe: null });
    const done = generic.complete(generic.accept(), { anything: [1, 2] });
    expect(generic.offer?.task_id).toBe(task);
    expect(done()).toMatchObject({ ok: true, status: 'stored' });
    expect(desk.state(task)).toBe('completed');
  });

  it('lets a lease leave only once it is on disk', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    agent.complete(agent.accept());
    desk.holding = true;
    desk.submit();
    desk.flush();
    expect(agent.got('task_assign').map((one) => one.task_id)).toEqual([task]);
    desk.flush();
    expect(agent.got('task_assign')).toHaveLength(2);
  });

  it('queues a task again whose lease could not be stored, and tries again after a pause', () => {
    const desk = new Desk();
    const task = desk.submit();
    desk.refusing = 'disk full';
    const agent = desk.agent('a');
    expect(agent.offer).toBeUndefined();
    expect(desk.state(task)).toBe('queued');
    desk.refusing = null;
    desk.advance(1_500);
    expect(agent.offer?.task_id).toBe(task);
    expect(agent.complete(agent.accept())()).toMatchObject({ status: 'stored' });
  });

  it('does not accept a task that is not on disk', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.refusing = 'disk full';
    const task = desk.submit();
    expect(desk.view(task)).toBeNull();
    expect(agent.offer).toBeUndefined();
  });

  it('offers a declined task again without counting an attempt, and that agent none of the type for 5 s', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    agent.decline();
    expect(desk.view(task)).toMatchObject({ state: 'queued', attempt: 0 });
    desk.advance(4_500);
    expect(agent.got('task_assign')).toHaveLength(1);
    desk.advance(1_000);
    expect(agent.offer).toMatchObject({ task_id: task, lease: 2, attempt: 1 });
  });

  it('takes a declined lease for one that was never held', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit();
    const lease = { ...agent.offer } as { task_id: string; lease: number };
    agent.decline();
    expect(agent.complete(lease)()).toMatchObject({ ok: false, code: 'not_your_task' });
  });

  it('offers elsewhere what was not acked within 5 s, and still takes that agent’s answer', () => {
    const desk = new Desk();
    const mute = desk.agent('mute');
    const task = desk.submit();
    desk.advance(4_500);
    const other = desk.agent('other');
    desk.advance(1_000);
    expect(other.offer?.task_id).toBe(task);
    expect(mute.complete({ task_id: task, lease: 1 })()).toMatchObject({ status: 'stored' });
    expect(other.got('task_cancel')).toMatchObject([{ task_id: task, lease: 2 }]);
  });

  it('gives an agent as many tasks as it takes at once, and no more', () => {
    const desk = new Desk();
    const agent = desk.agent('a', ANALYST, { max_concurrent: 2 });
    for (let n = 0; n < 3; n += 1) desk.submit();
    expect(agent.got('task_assign')).toHaveLength(2);
    const [first] = agent.got('task_assign');
    agent.accept(first);
    agent.complete(first as { task_id: string; lease: number });
    expect(agent.got('task_assign')).toHaveLength(3);
  });

  it('goes by priority, then by arrival', () => {
    const desk = new Desk();
    const [low, high, same] = [
      desk.submit({ priority: -1 }),
      desk.submit({ priority: 5 }),
      desk.submit({ priority: 5 }),
    ];
    const agent = desk.agent('a');
    for (let n = 0; n < 3; n += 1) agent.complete(agent.accept());
    expect(agent.got('task_assign').map((one) => one.task_id)).toEqual([high, same, low]);
  });

  it('answers queue_full at its bound, and exempts follow-ups', () => {
    const desk = new Desk({ limits: { queue: 2 } });
    const agent = desk.agent('a');
    desk.submit();
    desk.submit();
    const refused = desk.submit();
    expect(desk.view(refused)).toBeNull();
    agent.complete(agent.accept());
    expect(desk.state('t1:signal')).toBe('queued');
  });
});

describe('follow-ups', () => {
  it('go before analyses', () => {
    const desk = new Desk();
    const both = desk.agent('both', { ...ANALYST, ...VALIDATOR });
    const [first] = [desk.submit(), desk.submit()];
    both.complete(both.accept());
    expect(both.offer).toMatchObject({ task_id: `${first}:signal`, task_type: 'trading_signal' });
    expect(both.offer?.payload.analysis).toMatchObject({ task_id: first, confidence: 0.8, offset: 1 });
  });

  it('are overtaken by a newer one of the same symbol while they wait', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const [first, second, other] = [desk.submit(), desk.submit(), desk.submit({ symbol: 'XLM/BTC' })];
    for (const symbol of ['ADA/BTC', 'ADA/BTC', 'XLM/BTC']) {
      desk.advance(1_000);
      agent.complete(agent.accept(), aResult({ symbol }));
    }
    expect(desk.store.task(`${first}:signal`)?.row).toMatchObject({ state: 'cancelled', reason: 'overtaken' });
    expect(desk.state(`${second}:signal`)).toBe('queued');
    expect(desk.state(`${other}:signal`)).toBe('queued');
  });
});
