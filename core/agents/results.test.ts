import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anAgent, aRegisteredAgent } from './testing/an-agent.ts';
import { type AnEngine, anEngine, aTask, eventually, named } from './testing/an-engine.ts';
import { TaskFailedError } from './work.ts';

function anOutbox() {
  const outbox = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(outbox, { recursive: true, force: true }));
  return { outbox, files: () => readdirSync(outbox).length };
}

const completions = (engine: AnEngine) => engine.said('task_complete').length;
/** Answers completions in this way and everything else with yes. */
const whenCompleted = (engine: AnEngine, answer: AnEngine['answer']): void => {
  engine.answer = (event, body) => (event === 'task_complete' ? answer(event, body) : { ok: true, drop: [] });
};

describe('a result', () => {
  it('is sent under its lease, and let go once the engine has it', async () => {
    const engine = await anEngine();
    const { outbox, files } = anOutbox();
    const agent = await aRegisteredAgent(engine, { outbox });
    whenCompleted(engine, () => {
      expect(files()).toBe(1);
      return { ok: true, status: 'stored', offset: 7 };
    });
    expect(await engine.assign(aTask('t1', 5))).toEqual({ accept: true });
    (await agent.hand(0)).finish({ figure: 1 });
    await eventually(() => completions(engine) === 1 && files() === 0);
    expect(engine.said('task_complete')).toEqual([{ task_id: 't1', lease: 5, result: { figure: 1 } }]);
    agent.agent.sovereignChanged();
    await eventually(() => engine.said('heartbeat').length === 2);
    expect(engine.said('heartbeat')[1]?.running).toEqual([]);
  });

  it('outlives its agent: the next one claims the lease, sends it again, and is told that it is there already', async () => {
    const engine = await anEngine();
    const { outbox, files } = anOutbox();
    whenCompleted(engine, () => 'none');
    const first = await aRegisteredAgent(engine, { outbox });
    await engine.assign(aTask('t1', 5));
    (await first.hand(0)).finish();
    await eventually(() => completions(engine) === 1);
    first.agent.close();

    engine.drop = ['t1'];
    whenCompleted(engine, () => ({ ok: true, status: 'duplicate', offset: 3 }));
    const second = await aRegisteredAgent(engine, { outbox });
    expect(engine.handshakes.at(-1)?.instance).not.toBe(engine.handshakes[0]?.instance);
    expect(engine.handshakes.at(-1)?.running).toEqual([{ task_id: 't1', lease: 5 }]);
    await eventually(() => completions(engine) === 2 && files() === 0);
    expect(engine.said('task_complete')[1]).toEqual(engine.said('task_complete')[0]);
    expect(second.hands).toEqual([]);
  });

  it('is sent again, later and later, where the engine could not store it', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    const refusal = { ok: false, code: 'not_persisted', message: 'disk full', retry: true };
    whenCompleted(engine, () => refusal);
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).finish();
    await eventually(() => completions(engine) === 1);
    await engine.read();
    agent.clock.advance(1_000);
    await eventually(() => completions(engine) === 2);
    await engine.read();
    agent.clock.advance(1_999);
    await engine.read();
    expect(completions(engine)).toBe(2);
    whenCompleted(engine, () => ({ ok: true, status: 'stored', offset: 1 }));
    agent.clock.advance(1);
    await eventually(() => completions(engine) === 3);
    await engine.read();
    agent.clock.advance(60_000);
    await engine.read();
    expect(completions(engine)).toBe(3);
  });

  it('that the engine is still at is not sent a second time when others are', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine, { maxConcurrent: 2 });
    whenCompleted(engine, (_event, body) =>
      'task_id' in body && body.task_id === 't1'
        ? 'none'
        : { ok: false, code: 'not_persisted', message: '', retry: true },
    );
    for (const lease of [1, 2]) {
      await engine.assign(aTask(`t${lease}`, lease));
      (await agent.hand(lease - 1)).finish();
    }
    await eventually(() => completions(engine) === 2);
    await engine.read();
    agent.clock.advance(1_000);
    await eventually(() => completions(engine) === 3);
    await engine.read();
    expect(engine.said('task_complete').map(({ task_id }) => task_id)).toEqual(['t1', 't2', 't2']);
  });

  it('is dropped, with a line in the log, where the engine will never take it', async () => {
    const engine = await anEngine();
    const { outbox, files } = anOutbox();
    const agent = await aRegisteredAgent(engine, { outbox });
    whenCompleted(engine, () => ({ ok: false, code: 'unknown_task', message: 'no such task', retry: false }));
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).finish();
    await eventually(() => files() === 0 && agent.said('refused a report').length === 1);
    agent.clock.advance(60_000);
    await engine.read();
    expect(completions(engine)).toBe(1);
  });

  it('is kept where the answer cannot be read, or says that another connection took over', async () => {
    const engine = await anEngine();
    const { outbox, files } = anOutbox();
    const agent = await aRegisteredAgent(engine, { outbox });
    whenCompleted(engine, () => ['what?']);
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).finish();
    await eventually(() => completions(engine) === 1);
    await engine.read();
    whenCompleted(engine, () => ({ ok: false, code: 'superseded', message: 'replaced', retry: false }));
    agent.clock.advance(1_000);
    await eventually(() => completions(engine) === 2);
    await engine.read();
    expect(files()).toBe(1);
  });

  it('that is unacked when the way is cut is claimed and sent again after the reconnect', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    whenCompleted(engine, () => 'none');
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).finish();
    await eventually(() => completions(engine) === 1);
    whenCompleted(engine, () => ({ ok: true, status: 'stored', offset: 1 }));
    engine.cut();
    await eventually(() => completions(engine) === 2);
    expect(engine.handshakes[1]).toMatchObject({
      instance: engine.handshakes[0]?.instance,
      running: [{ task_id: 't1', lease: 5 }],
    });
  });

  it('that comes while the way is cut waits for the reconnect', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    const hand = await agent.hand(0);
    engine.disconnect();
    hand.finish();
    await eventually(() => {
      agent.clock.advance(500);
      return engine.handshakes.length === 2;
    });
    await eventually(() => completions(engine) === 1);
    expect(engine.handshakes[1]?.running).toEqual([{ task_id: 't1', lease: 5 }]);
  });
});

describe('an agent with 100 results unacked', () => {
  it('declines, until the engine stores again', async () => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    whenCompleted(engine, () => 'none');
    for (let lease = 1; lease <= 100; lease += 1) {
      expect(await engine.assign(aTask(`t${lease}`, lease))).toEqual({ accept: true });
      (await agent.hand(lease - 1)).finish();
      await eventually(() => completions(engine) === lease);
    }
    const declined = { accept: false, reason: '100 results are not stored yet' };
    expect(await engine.assign(aTask('t101', 101))).toEqual(declined);
    expect(agent.hands).toHaveLength(100);

    whenCompleted(engine, () => ({ ok: true, status: 'stored', offset: 1 }));
    engine.cut();
    await eventually(() => completions(engine) === 200);
    expect(engine.handshakes[1]?.running).toHaveLength(100);
    await engine.read();
    expect(await engine.assign(aTask('t101', 101))).toEqual({ accept: true });
  });
});

describe('what went wrong', () => {
  it.each([
    ['what the work names', new TaskFailedError('sovereign_timeout', 'slow'), 'sovereign_timeout', 'slow'],
    ['a fault of the work', new TypeError('no such field'), 'agent_crash', 'no such field'],
  ])('is told by source: %s', async (_what, error, failure_source, failure_reason) => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).fail(error);
    await eventually(() => engine.said('task_failed').length === 1);
    expect(engine.said('task_failed')).toEqual([{ task_id: 't1', lease: 5, failure_source, failure_reason }]);
  });

  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  it.each([
    ['larger than a message may be', { text: 'x'.repeat(300_000) }, /300011 bytes as JSON, 256000 are taken at most/],
    ['not JSON', circle, /cannot be written as JSON/],
  ])('is told where the result is %s', async (_what, result, reason) => {
    const engine = await anEngine();
    const agent = await aRegisteredAgent(engine);
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).finish(result);
    await eventually(() => engine.said('task_failed').length === 1);
    expect(engine.said('task_failed')[0]).toMatchObject({
      failure_source: 'invalid_result',
      failure_reason: expect.stringMatching(reason),
    });
  });

  it('is kept on disk too', async () => {
    const engine = await anEngine();
    const { outbox, files } = anOutbox();
    engine.answer = (event) => (event === 'task_failed' ? 'none' : { ok: true, drop: [] });
    const agent = await aRegisteredAgent(engine, { outbox });
    await engine.assign(aTask('t1', 5));
    (await agent.hand(0)).fail(new Error('broken'));
    await eventually(() => engine.said('task_failed').length === 1 && files() === 1);
    agent.agent.close();
    engine.answer = () => ({ ok: false, code: 'stale_lease', message: 'over', retry: false });
    anAgent(engine, { outbox });
    await eventually(() => files() === 0);
    expect(engine.said('task_failed').map(named)).toEqual([aTask('t1', 5), aTask('t1', 5)].map(named));
  });
});
