import { describe, expect, it } from 'vitest';
import type { SovereignState } from '../contract/sovereign-state.ts';
import { anAgent, aRegisteredAgent } from './testing/an-agent.ts';
import { type AnEngine, anEngine, aTask, eventually } from './testing/an-engine.ts';

/** Below those that systems give out by themselves: nobody is given it while the engine is away. */
const PORT = 20_000 + (process.pid % 10_000);

/** Resolves once another agent has knocked: what the first one would have sent before is here by then. */
async function another(engine: AnEngine): Promise<void> {
  anAgent(engine, { agentId: 'agent-2' });
  await eventually(() => engine.handshakes.some(({ agent_id }) => agent_id === 'agent-2'));
}

describe('the handshake', () => {
  it('says who the agent is and what it is able to do', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    expect(engine.handshakes).toEqual([
      {
        token: 'agent-token',
        protocol: 1,
        agent_id: 'agent-1',
        agent_type: 'test',
        instance: expect.stringMatching(/^run-/),
        capabilities: { sovereign_access: true },
        max_concurrent: 1,
        now: new Date(agent.clock.now()).toISOString(),
        running: [],
      },
    ]);
  });
});

describe('heartbeats', () => {
  it('go out at once and then as often as the engine says, with the clock and what is at work', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    agent.clock.advance(10_000);
    await eventually(() => engine.said('heartbeat').length === 2);
    expect(engine.said('heartbeat')[1]).toEqual({
      now: new Date(agent.clock.now()).toISOString(),
      running: [{ task_id: 't1', lease: 5 }],
    });
  });

  it('tell how the model answers, and at once when that changes', async () => {
    const engine = await anEngine();
    let state: SovereignState = { circuit: 'closed', model: 'm1' };
    const agent = await aRegisteredAgent(engine, { sovereign: () => state });
    state = { circuit: 'open', reason: '5 timeouts in a row', model: 'm1' };
    agent.agent.sovereignChanged();
    await eventually(() => engine.said('heartbeat').length === 2);
    expect(engine.said('heartbeat').map(({ sovereign }) => sovereign)).toEqual([
      { circuit: 'closed', model: 'm1' },
      state,
    ]);
  });

  it('stop while there is no connection, and begin again with it', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    engine.disconnect();
    await eventually(() => {
      agent.clock.advance(100);
      return engine.said('heartbeat').length === 2;
    });
    expect(engine.handshakes).toHaveLength(2);
    agent.agent.close();
    agent.clock.advance(60_000);
    agent.agent.sovereignChanged();
    expect(engine.said('heartbeat')).toHaveLength(2);
  });
});

describe('an agent that is closed', () => {
  it('while it waits to come back stays away', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools } = await agent.hand(0);
    engine.answer = () => 'none';
    const call = tools.sovereign(async () => 'the cut is seen');
    await eventually(() => engine.said('processing_enter').length === 1);
    engine.disconnect();
    expect(await call).toBe('the cut is seen');
    agent.agent.close();
    agent.clock.advance(60_000);
    await another(engine);
    expect(engine.handshakes.map(({ agent_id }) => agent_id)).toEqual(['agent-1', 'agent-2']);
  });
});

describe('an agent that another instance takes over', () => {
  it('closes for good, stops its work and tells its owner', async () => {
    const engine = await anEngine();
    const told: string[] = [];
    const agent = await aRegisteredAgent(engine, { onSuperseded: (by) => void told.push(by) });
    await engine.assign(aTask('t1', 5));
    const { tools } = await agent.hand(0);
    engine.send('superseded', { by_instance: 'another' });
    engine.disconnect();
    await eventually(() => told.length === 1);
    expect(told).toEqual(['another']);
    expect(tools.signal.aborted).toBe(true);
    agent.clock.advance(3_600_000);
    await another(engine);
    expect(engine.handshakes.map(({ agent_id }) => agent_id)).toEqual(['agent-1', 'agent-2']);
    expect(agent.said('another instance took over')).toHaveLength(1);
  });

  it('and that was kept out for it waits for a minute before it tries again', async () => {
    const engine = await anEngine();
    engine.refuse = { ok: false, code: 'duplicate_agent', message: 'another took over', retry: false };
    const agent = anAgent(engine);
    await eventually(() => agent.said('keeps this instance out').length === 1);
    agent.clock.advance(59_999);
    await another(engine);
    expect(engine.handshakes.map(({ agent_id }) => agent_id)).toEqual(['agent-1', 'agent-2']);
    engine.refuse = null;
    agent.clock.advance(1_001);
    await eventually(() => engine.said('heartbeat').length === 1);
    expect(engine.handshakes.at(-1)?.agent_id).toBe('agent-1');
  });
});

describe('an agent that is not wanted', () => {
  it.each(['unauthorized', 'forbidden', 'protocol_version', 'invalid_message'] as const)(
    'for %s stays away, with one line that says why',
    async (code) => {
      const engine = await anEngine();
      engine.refuse = { ok: false, code, message: 'it is so', retry: false };
      const agent = anAgent(engine);
      await eventually(() => agent.lines.length === 1);
      expect(agent.lines).toEqual([
        {
          level: 'error',
          message: 'the engine does not take this agent, so it stays away: it is so',
          fields: expect.objectContaining({ code, agent_id: 'agent-1' }),
        },
      ]);
      agent.clock.advance(3_600_000);
      await another(engine);
      expect(engine.handshakes.map(({ agent_id }) => agent_id)).toEqual(['agent-1', 'agent-2']);
    },
  );

  it('yet tries again where the refusal says so, and makes one line of it', async () => {
    const engine = await anEngine();
    engine.refuse = { ok: false, code: 'shutting_down', message: 'closing', retry: true };
    const agent = anAgent(engine);
    await eventually(() => {
      agent.clock.advance(100);
      return engine.handshakes.length >= 3;
    });
    engine.refuse = null;
    await eventually(() => {
      agent.clock.advance(100);
      return engine.said('heartbeat').length === 1;
    });
    expect(agent.said('does not take this agent yet')).toHaveLength(1);
  });
});

describe('an engine that is not there', () => {
  it('is tried until it is, with one line in the log', async () => {
    const engine = await anEngine(PORT);
    const agent = await aRegisteredAgent(engine);
    engine.close();
    await eventually(() => {
      agent.clock.advance(100);
      return agent.said('the engine does not answer').length === 1;
    });
    const later = await anEngine(PORT);
    await eventually(() => later.said('heartbeat').length === 1);
    expect(later.handshakes[0]?.instance).toBe(engine.handshakes[0]?.instance);
    expect(agent.said('the engine does not answer')).toHaveLength(1);
  });
});
