import { describe, expect, it } from 'vitest';
import { ANALYST, Desk, type DeskAgent } from './testing/a-desk.ts';

const HOUR = 3_600_000;

function beatAll(desk: Desk, agents: readonly DeskAgent[], ms: number): void {
  for (let left = ms; left > 0; left -= 5_000) {
    for (const agent of agents) agent.beat();
    desk.advance(Math.min(5_000, left));
  }
}

describe('an agent that', () => {
  it('never beats is lost 45 s after it came, whatever else it says', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const task = desk.submit();
    const held = agent.accept();
    for (let n = 0; n < 5; n += 1) {
      desk.advance(10_000);
      agent.enter(held);
      agent.leave(held);
    }
    desk.advance(11_000);
    expect(desk.disconnected).toEqual([agent.connection]);
    expect(desk.view(task)).toMatchObject({ state: 'queued', attempt: 1 });
  });

  it('accepts and never answers uses up its attempt, and the task goes on', () => {
    const desk = new Desk();
    const lazy = desk.agent('lazy');
    const task = desk.submit();
    lazy.accept();
    const other = desk.agent('other');
    beatAll(desk, [lazy, other], 181_000);
    expect(desk.view(task)).toMatchObject({
      attempt: 1,
      failures: [{ failure_source: 'agent_crash', agent_id: 'lazy' }],
    });
    expect(other.complete(other.accept())()).toMatchObject({ status: 'stored' });
  });

  it('flaps is offered nothing for 60 s after its fifth disconnect within 60 s', () => {
    const desk = new Desk();
    let agent = desk.agent('a');
    for (let n = 0; n < 5; n += 1) {
      desk.advance(2_000);
      agent.disconnect();
      agent = agent.again();
    }
    expect(desk.news).toContain('agent_quarantined');
    expect(desk.status().agents).toMatchObject([{ agent_id: 'a', state: 'quarantined' }]);
    const task = desk.submit();
    expect(agent.offer).toBeUndefined();
    beatAll(desk, [agent], 59_000);
    expect(agent.offer).toBeUndefined();
    beatAll(desk, [agent], 2_000);
    expect(agent.offer?.task_id).toBe(task);
  });

  it('flaps more slowly than the engine forgets it is quarantined all the same, and its replaced sockets do not count', () => {
    const desk = new Desk();
    let agent = desk.agent('a');
    for (let n = 0; n < 9; n += 1) agent = agent.again();
    expect(desk.status().agents).toMatchObject([{ state: 'idle' }]);
    for (let n = 0; n < 5; n += 1) {
      agent.disconnect();
      desk.advance(11_000);
      agent = agent.again();
    }
    expect(desk.status().agents).toMatchObject([{ state: 'quarantined' }]);
  });
});

describe('the watchdog', () => {
  it('loses many silent agents in one sweep, although each loss changes what it walks over', () => {
    const desk = new Desk();
    const agents = Array.from({ length: 50 }, (_, n) => desk.agent(`a${n}`));
    const tasks = agents.map((agent) => {
      const task = desk.submit();
      agent.accept();
      return task;
    });
    desk.advance(61_000);
    expect(desk.status().agents).toEqual([]);
    expect(desk.disconnected).toHaveLength(50);
    for (const task of tasks) expect(desk.view(task)).toMatchObject({ state: 'queued', attempt: 1 });
  });
});

describe('time that nobody saw', () => {
  function atWork() {
    const desk = new Desk();
    const agents = Array.from({ length: 10 }, (_, n) => desk.agent(`a${n}`));
    const tasks = agents.map((agent) => {
      const task = desk.submit({ deadline_ms: desk.wall + 24 * HOUR });
      agent.accept();
      return task;
    });
    const away = desk.agent('away');
    away.disconnect();
    const allAtWork = () =>
      tasks.every((task) => desk.view(task)?.state === 'assigned' && desk.view(task)?.attempt === 0);
    return { desk, agents, tasks, allAtWork };
  }

  it('a laptop’s sleep of 8 h costs nobody anything, where the monotonic clock stands still', () => {
    const { desk, agents, allAtWork } = atWork();
    desk.wall += 8 * HOUR;
    desk.advance(5_000);
    expect(desk.news).toContain('time_unseen');
    expect(desk.news).not.toContain('agent_lost');
    expect(allAtWork()).toBe(true);
    beatAll(desk, agents, 60_000);
    expect(allAtWork()).toBe(true);
  });

  it('nor where the monotonic clock runs on through it', () => {
    const { desk, agents, allAtWork } = atWork();
    desk.wall += 8 * HOUR;
    desk.monotonic += 8 * HOUR;
    desk.step({ type: 'tick' });
    desk.advance(5_000);
    expect(desk.news).not.toContain('agent_lost');
    expect(allAtWork()).toBe(true);
    // The attempts had run out in the sleep: they get the grace to come in, and no more.
    beatAll(desk, agents, 6_000);
    expect(allAtWork()).toBe(false);
  });

  it('whoever is silent after it is lost as ever, counted from the end of it', () => {
    const { desk } = atWork();
    desk.wall += 8 * HOUR;
    desk.advance(44_000);
    expect(desk.news.filter((news) => news === 'agent_lost')).toHaveLength(1);
    desk.advance(30_000);
    expect(desk.news.filter((news) => news === 'agent_lost')).toHaveLength(11);
  });

  it('the desktop’s own word for it does the same', () => {
    const desk = new Desk();
    desk.agent('a');
    desk.advance(44_000);
    desk.step({ type: 'resumed' });
    desk.advance(20_000);
    expect(desk.news).not.toContain('agent_lost');
  });

  it('a stall of the engine itself costs no agent its lease', () => {
    const { desk, agents, allAtWork } = atWork();
    desk.wall += 100_000;
    desk.monotonic += 100_000;
    desk.step({ type: 'tick' });
    for (const agent of agents) agent.beat();
    desk.advance(15_000);
    expect(desk.news.filter((news) => news === 'agent_lost')).toHaveLength(1);
    expect(allAtWork()).toBe(true);
  });

  it('a clock set a day forward kills no task and loses no agent', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    const working = desk.submit();
    agent.accept();
    const waiting = desk.submit();
    desk.wall += 24 * HOUR;
    beatAll(desk, [agent], 30_000);
    expect(desk.view(working)).toMatchObject({ state: 'assigned', attempt: 0 });
    expect(desk.view(waiting)?.state).toBe('queued');
    expect(desk.news).not.toContain('agent_lost');
  });
});

/** The agent takes up what it was offered, and its model does not answer; 1 where it was offered anything. */
function timesOut(desk: Desk, agent: DeskAgent): number {
  if (!agent.offer || desk.view(agent.offer.task_id)?.lease !== agent.offer.lease) return 0;
  const held = agent.accept();
  agent.enter(held);
  agent.fail(held, 'sovereign_timeout', 'the fallback took too long');
  return 1;
}

describe('the three-step cascade (FM-TAW-010)', () => {
  it('cannot happen: a slow fallback’s time-outs and a growing queue close neither the circuit nor the door', () => {
    const desk = new Desk();
    const agents = Array.from({ length: 4 }, (_, n) => desk.agent(`a${n}`));
    const submitted: string[] = [];
    // The primary fails, the slow fallback times out at every call, and tasks keep coming.
    let timeouts = 0;
    for (let second = 0; second < 600; second += 1) {
      if (second % 2 === 0) submitted.push(desk.submit({ deadline_ms: desk.wall + 24 * HOUR }));
      for (const agent of agents) {
        if (second % 10 === 0) agent.beat();
        timeouts += timesOut(desk, agent);
      }
      desk.advance(1_000);
    }
    expect(timeouts).toBeGreaterThan(200);
    expect(desk.status().circuits).toEqual([]);
    expect(desk.news).not.toContain('circuit_opened');
    for (const task of submitted) expect(['queued', 'assigned']).toContain(desk.state(task));
    expect(submitted.map((task) => desk.view(task)?.attempt).every((attempt) => attempt === 0)).toBe(true);
    expect(desk.state(desk.submit())).toBe('queued');
  });

  it('tasks wait while every Sovereign circuit is open, say so, and go on when one closes', () => {
    const desk = new Desk();
    const agents = [desk.agent('a'), desk.agent('b')];
    for (const agent of agents) agent.beat([], undefined, { circuit: 'open', reason: 'no model answers' });
    const task = desk.submit();
    expect(desk.view(task)).toMatchObject({ state: 'queued', reason: 'sovereign_open' });
    expect(desk.status().agents).toMatchObject([{ sovereign: { circuit: 'open', reason: 'no model answers' } }, {}]);
    const report = desk.submit({ task_type: 'report', symbol: null, timeframe: null });
    expect(desk.view(report)?.state).toBe('assigned');
    agents[1]?.beat([], undefined, { circuit: 'half_open' });
    expect(agents[1]?.offer?.task_id).toBe(task);
  });
});

describe('ten thousand agents', () => {
  it('connect at once, and each gets a task that it is able to do', () => {
    const desk = new Desk();
    for (let n = 0; n < 10_000; n += 1) desk.submit({ symbol: `S${n % 50}` });
    const agents = Array.from({ length: 10_000 }, (_, n) => desk.agent(`a${n}`, n % 2 === 0 ? ANALYST : {}));
    const offered = agents.filter((agent) => agent.offer);
    expect(offered).toHaveLength(5_000);
    expect(offered.every(({ id }) => Number(id.slice(1)) % 2 === 0)).toBe(true);
    expect(new Set(offered.map((agent) => agent.offer?.task_id)).size).toBe(5_000);
  });
});

describe('an operator', () => {
  it('drains an agent: it finishes what it has, and is offered nothing until it may again', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit();
    const held = agent.accept();
    desk.ask((reply) => ({ type: 'drain', agent_id: 'a', on: true, reply }));
    const next = desk.submit();
    expect(agent.complete(held)()).toMatchObject({ status: 'stored' });
    expect(agent.got('task_assign')).toHaveLength(1);
    expect(desk.status().agents).toMatchObject([{ state: 'draining' }]);
    const back = agent.again();
    expect(back.offer).toBeUndefined();
    desk.ask((reply) => ({ type: 'drain', agent_id: 'a', on: false, reply }));
    expect(back.offer?.task_id).toBe(next);
  });

  it('pauses: nothing is given out, what is at work goes on, and waiting tasks say so', () => {
    const desk = new Desk();
    const agent = desk.agent('a');
    desk.submit();
    const held = agent.accept();
    desk.ask((reply) => ({ type: 'pause', on: true, reply }));
    const next = desk.submit();
    agent.complete(held);
    expect(desk.view(next)).toMatchObject({ state: 'queued', reason: 'paused' });
    desk.ask((reply) => ({ type: 'pause', on: false, reply }));
    expect(agent.offer?.task_id).toBe(next);
  });
});
