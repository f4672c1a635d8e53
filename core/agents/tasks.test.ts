import { describe, expect, it } from 'vitest';
import { aRegisteredAgent } from './testing/an-agent.ts';
import { type AnEngine, anEngine, aTask, eventually } from './testing/an-engine.ts';
import { TaskStoppedError } from './work.ts';

const reports = (engine: AnEngine) => [...engine.said('task_complete'), ...engine.said('task_failed')];

describe('work is stopped, and nothing is sent of it,', () => {
  it('when its task is cancelled', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools, finish } = await agent.hand(0);
    engine.send('task_cancel', { task_id: 't1', lease: 4, reason: 'an older lease' });
    await engine.read();
    expect(tools.signal.aborted).toBe(false);
    engine.send('task_cancel', { task_id: 't1', lease: 5, reason: 'deadline' });
    await eventually(() => tools.signal.aborted);
    expect(tools.signal.reason).toBeInstanceOf(TaskStoppedError);
    expect(String(tools.signal.reason)).toContain('deadline');
    await expect(tools.sovereign(async () => 1)).rejects.toThrow(TaskStoppedError);
    finish();
    expect(await engine.assign(aTask('t2', 6))).toEqual({ accept: true });
    expect(reports(engine)).toEqual([]);
    expect(engine.said('processing_enter')).toEqual([]);
  });

  it('when the engine drops its lease at the reconnect', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine, { maxConcurrent: 2 });
    await engine.assign(aTask('t1', 5));
    await engine.assign(aTask('t2', 6));
    const [lost, kept] = [await agent.hand(0), await agent.hand(1)];
    engine.drop = ['t1'];
    engine.cut();
    await eventually(() => lost.tools.signal.aborted);
    expect(engine.handshakes[1]?.running).toEqual([
      { task_id: 't1', lease: 5 },
      { task_id: 't2', lease: 6 },
    ]);
    lost.finish();
    kept.finish();
    await eventually(() => reports(engine).length === 1);
    expect(reports(engine)).toMatchObject([{ task_id: 't2' }]);
  });

  it('when the answer to a beat drops its lease, but not under a newer lease of the same task', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const first = await agent.hand(0);
    engine.answer = () => 'none';
    agent.clock.advance(10_000);
    await eventually(() => engine.said('heartbeat').length === 2);
    expect(engine.said('heartbeat')[1]?.running).toEqual([{ task_id: 't1', lease: 5 }]);
    expect(first.tools.signal.aborted).toBe(false);

    engine.answer = (event) => {
      // The task is given out anew before this answer leaves.
      if (event === 'heartbeat') engine.send('task_assign', aTask('t1', 9));
      return { ok: true, drop: ['t1'] };
    };
    agent.clock.advance(10_000);
    const second = await agent.hand(1);
    await engine.read();
    expect(first.tools.signal.aborted).toBe(true);
    expect(second.tools.signal.aborted).toBe(false);
    first.finish();
    await engine.read();
    engine.answer = () => ({ ok: true, drop: ['t1'] });
    agent.clock.advance(10_000);
    await eventually(() => second.tools.signal.aborted);
    expect(engine.said('heartbeat').at(-1)?.running).toEqual([{ task_id: 't1', lease: 9 }]);
    expect(reports(engine)).toEqual([]);
  });

  it('when processing_enter is answered with stale_lease: the model is not asked', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools, fail } = await agent.hand(0);
    engine.answer = () => ({ ok: false, code: 'stale_lease', message: 'stop', retry: false });
    let asked = false;
    const call = tools.sovereign(async () => {
      asked = true;
    });
    await expect(call).rejects.toThrow(TaskStoppedError);
    fail(new Error('stopped'));
    engine.answer = () => ({ ok: true, drop: [] });
    expect(await engine.assign(aTask('t2', 6))).toEqual({ accept: true });
    expect(asked).toBe(false);
    expect(reports(engine)).toEqual([]);
  });

  it('when the agent closes', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools } = await agent.hand(0);
    agent.agent.close();
    expect(tools.signal.aborted).toBe(true);
  });
});

describe('a Sovereign call', () => {
  it('is marked while it runs', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools, finish } = await agent.hand(0);
    const seen = await tools.sovereign(async () => engine.heard.map(({ event }) => event));
    expect(seen).toEqual(['heartbeat', 'processing_enter']);
    finish();
    await eventually(() => reports(engine).length === 1);
    const events = engine.heard.map(({ event }) => event);
    expect(events).toEqual(['heartbeat', 'processing_enter', 'processing_leave', 'task_complete']);
    expect(engine.said('processing_enter')).toEqual([{ task_id: 't1', lease: 5 }]);
  });

  it('goes on where the mark is not answered, and where there is no way to set it', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools, finish } = await agent.hand(0);
    engine.answer = () => 'none';
    const first = tools.sovereign(async () => 'an answer');
    await eventually(() => engine.said('processing_enter').length === 1);
    agent.clock.advance(5_000);
    expect(await first).toBe('an answer');

    const cut = tools.sovereign(async () => 'another');
    await eventually(() => engine.said('processing_enter').length === 2);
    engine.cut();
    expect(await cut).toBe('another');
    expect(await tools.sovereign(async () => 'a third')).toBe('a third');
    engine.answer = () => ({ ok: true, drop: [] });
    finish();
    await eventually(() => reports(engine).length === 1);
    expect(engine.said('task_failed')).toEqual([]);
  });

  it('that fails is left all the same', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const { tools } = await agent.hand(0);
    await expect(tools.sovereign(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await eventually(() => engine.said('processing_leave').length === 1);
  });
});

describe('an offer', () => {
  it('that is told twice is accepted twice and done once, also when its result is on its way', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    engine.answer = (event) => (event === 'task_complete' ? 'none' : { ok: true, drop: [] });
    expect(await engine.assign(aTask('t1', 5))).toEqual({ accept: true });
    expect(await engine.assign(aTask('t1', 5))).toEqual({ accept: true });
    (await agent.hand(0)).finish();
    await eventually(() => reports(engine).length === 1);
    expect(await engine.assign(aTask('t1', 5))).toEqual({ accept: true });
    expect(agent.hands).toHaveLength(1);
    expect(reports(engine)).toHaveLength(1);
  });

  it('is declined while as many tasks as it takes are at work', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine, { maxConcurrent: 2 });
    expect(engine.handshakes[0]?.max_concurrent).toBe(2);
    expect(await engine.assign(aTask('t1', 1))).toEqual({ accept: true });
    expect(await engine.assign(aTask('t2', 2))).toEqual({ accept: true });
    expect(await engine.assign(aTask('t3', 3))).toEqual({ accept: false, reason: 'busy' });
    (await agent.hand(1)).finish();
    await eventually(() => reports(engine).length === 1);
    expect(await engine.assign(aTask('t3', 4))).toEqual({ accept: true });
    expect(agent.hands.map(({ task }) => task.lease)).toEqual([1, 2, 4]);
  });

  it('is declined by one that takes one task at a time', async () => {
    const engine = await anEngine();
    await aRegisteredAgent(engine);
    expect(engine.handshakes[0]?.max_concurrent).toBe(1);
    expect(await engine.assign(aTask('t1', 1))).toEqual({ accept: true });
    expect(await engine.assign(aTask('t2', 2))).toEqual({ accept: false, reason: 'busy' });
  });

  it('that cannot be read is declined with what is wrong with it', async () => {
    const engine = await anEngine();
    await aRegisteredAgent(engine);
    expect(await engine.assign({ ...aTask('t1', 1), lease: 1.5 })).toEqual({
      accept: false,
      reason: expect.stringMatching(/task_assign cannot be read/),
    });
  });

  it.each([0, 1.5, 1_001])('for %s tasks at once is nothing that an agent could take', async (maxConcurrent) => {
    const engine = await anEngine();
    await expect(aRegisteredAgent(engine, { maxConcurrent })).rejects.toThrow(
      `maxConcurrent must be a whole number from 1 to 1000, got ${maxConcurrent}`,
    );
  });
});
