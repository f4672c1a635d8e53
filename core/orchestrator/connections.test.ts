import { describe, expect, it } from 'vitest';
import { Desk } from './testing/a-desk.ts';

describe('two sockets with one agent_id', () => {
  it('of the same instance: the newer replaces the older, leases are kept', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    const newer = agent.again({ running: [held] });
    expect(desk.disconnected).toEqual([agent.connection]);
    expect(agent.got('superseded')).toEqual([]);
    expect(newer.got('registered')).toMatchObject([{ connection_epoch: 2, keep: [task] }]);
    agent.disconnect();
    desk.advance(12_000);
    expect(desk.view(task)).toMatchObject({ state: 'assigned', lease: held.lease });
    expect(agent.complete(held)()).toMatchObject({ ok: false, code: 'superseded' });
  });

  it('of another instance: supersedes, and leases that are not in its running are queued again', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    const other = agent.again({ instance: 'a-2' });
    expect(agent.got('superseded')).toEqual([{ by_instance: 'a-2' }]);
    expect(desk.disconnected).toEqual([agent.connection]);
    expect(other.offer).toMatchObject({ task_id: task, lease: held.lease + 1 });
    expect(desk.view(task)).toMatchObject({ state: 'assigned', attempt: 0 });
  });

  it('a superseded instance that comes back within 60 s is refused, and may come later', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    agent.again({ instance: 'a-2' });
    expect(desk.refuses('a', 'a-1')).toMatchObject({ code: 'duplicate_agent' });
    expect(desk.refuses('a', 'a-2')).toBeNull();
    desk.advance(60_000);
    expect(desk.refuses('a', 'a-1')).toBeNull();
  });
});

describe('a heartbeat', () => {
  it('is answered with the engine’s time and what to drop', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    expect(agent.beat([held, { task_id: 'other', lease: 7 }])()).toMatchObject({ ok: true, drop: ['other'] });
    agent.fail(held, 'network_error');
    expect(agent.beat([held])()).toMatchObject({ drop: [task] });
  });

  it('R5 measures the agent’s clock, and its results are corrected by it', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    agent.beat([], new Date(desk.wall + 3_600_000).toISOString());
    desk.submit();
    const claimed = new Date(desk.wall + 3_600_000 - 2_000).toISOString();
    agent.complete(agent.accept(), { ...result, analyzed_at: claimed });
    const [stored] = desk.store.results;
    expect(stored?.record?.analyzed_at).toBe(new Date(desk.wall - 2_000).toISOString());
    expect(stored?.record?.claimed).toEqual({ analyzed_at: claimed });
  });
});

const result = {
  symbol: 'ADA/BTC',
  timeframe: '5m',
  signal: 'BUY',
  confidence: 0.8,
  risk_score: 0.3,
  reasoning: 'because',
};
