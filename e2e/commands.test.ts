import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Reply } from '../core/contract/messages.ts';
import type { Status } from '../core/contract/sidebar.ts';
import type { FailureSource, TaskView } from '../core/contract/task.ts';
import { aWorker, type Worker } from './support/foreign-agent.ts';
import { type Program, startProgram, until } from './support/program.ts';

let program: Program;
let operator: Socket;
beforeAll(async () => {
  program = await startProgram(['--feed', 'none', '--agents', 'none']);
  operator = watch(program.tokens.operator);
});
afterAll(async () => {
  operator.disconnect();
  expect(await program.stop()).toBe(0);
});

const watch = (token: string): Socket =>
  io(`${program.url}/sidebar`, { transports: ['websocket'], forceNew: true, auth: { protocol: 1, token } });

const command = (name: string, args: object = {}, by = operator): Promise<Reply> =>
  by.timeout(10_000).emitWithAck('command', { name, args });

async function worker(agent_id: string, introduction: Parameters<typeof aWorker>[2] = {}): Promise<Worker> {
  const agent = await aWorker(program, agent_id, introduction);
  onTestFinished(() => agent.close());
  return agent;
}

const post = (body: object): Promise<Response> =>
  fetch(`${program.url}/api/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${program.tokens.operator}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** A new task, which is taken. */
async function submit(body: object): Promise<string> {
  const answer = await post(body);
  const task = (await answer.json()) as TaskView;
  expect(answer.status, JSON.stringify(task)).toBe(201);
  return task.task_id;
}

const view = (taskId: string): Promise<TaskView> => program.get<TaskView>(`/api/tasks/${taskId}`);
const agentOf = async (agent_id: string) =>
  (await program.get<Status>('/api/status')).agents.find((agent) => agent.agent_id === agent_id);

/** The agent fails at whatever it is given of these tasks until each is dead. */
async function failThrice(agent: Worker, taskId: string, source: FailureSource): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect(await agent.fail(await agent.assigned(taskId), source)).toEqual({ ok: true });
}

describe('an operator', () => {
  const report = { task_type: 'report' };

  it('drains an agent, which finishes what it has and is offered nothing until it is resumed', async () => {
    const agent = await worker('drained', { max_concurrent: 2 });
    const first = await submit(report);
    const held = await agent.assigned(first);
    expect(await command('drain', { agent_id: 'drained' })).toEqual({ ok: true });
    const next = await submit(report);
    expect(await view(next)).toMatchObject({ state: 'queued', reason: 'all_busy' });
    expect(await agentOf('drained')).toMatchObject({ state: 'draining', tasks: [first] });
    expect(await agent.complete(held, 'done')).toMatchObject({ status: 'stored' });
    expect(await view(next)).toMatchObject({ state: 'queued' });
    expect(await agentOf('drained')).toMatchObject({ state: 'draining', tasks: [] });

    expect(await command('resume', { agent_id: 'drained' })).toEqual({ ok: true });
    expect(await agent.complete(await agent.assigned(next), 'done')).toMatchObject({ status: 'stored' });
    expect(await agentOf('drained')).toMatchObject({ state: 'idle' });
  });

  it('pauses: nothing is given out and what is at work goes on, until it is resumed', async () => {
    const agent = await worker('paused', { max_concurrent: 2 });
    const held = await agent.assigned(await submit(report));
    expect(await command('pause')).toEqual({ ok: true });
    const next = await submit(report);
    expect(await agent.complete(held, 'done')).toMatchObject({ status: 'stored' });
    expect(await view(next)).toMatchObject({ state: 'queued', reason: 'paused' });
    expect((await program.get<Status>('/api/status')).waiting).toContainEqual({
      task_type: 'report',
      count: 1,
      reason: 'paused',
      missing: [],
    });

    expect(await command('resume')).toEqual({ ok: true });
    expect(await agent.complete(await agent.assigned(next), 'done')).toMatchObject({ status: 'stored' });
  });

  it('retries a dead task, which begins anew with its failures kept, and no other', async () => {
    const agent = await worker('unlucky');
    const task = await submit(report);
    await failThrice(agent, task, 'invalid_result');
    const dead = await view(task);
    expect(dead).toMatchObject({ state: 'dead', attempt: 3, reason: '3 attempts failed: as the test says' });

    expect(await command('retry', { task_id: task })).toMatchObject({
      ok: true,
      task: { state: 'queued', attempt: 0, ended_at: null, failures: dead.failures },
    });
    const again = await agent.assigned(task);
    expect(again).toMatchObject({ attempt: 1 });
    expect(await command('retry', { task_id: task })).toMatchObject({ code: 'unknown_task', retry: false });
    expect(await agent.complete(again, 'done')).toMatchObject({ status: 'stored' });
    expect(await view(task)).toMatchObject({ state: 'completed', result: { result: 'done' } });
    expect(await command('retry', { task_id: task })).toMatchObject({ code: 'unknown_task' });
    expect(await command('retry', { task_id: 'nowhere' })).toMatchObject({ code: 'unknown_task' });
  });

  it('cancels a waiting task, and one at work, whose agent is told and whose answer is kept as late', async () => {
    const agent = await worker('interrupted');
    const atWork = await submit(report);
    const held = await agent.assigned(atWork);
    const waiting = await submit(report);
    expect(await command('cancel', { task_id: waiting })).toEqual({ ok: true });
    expect(await view(waiting)).toMatchObject({ state: 'cancelled', reason: 'cancelled by the operator' });

    expect(await command('cancel', { task_id: atWork, reason: 'not wanted' })).toEqual({ ok: true });
    expect(await view(atWork)).toMatchObject({ state: 'cancelled', reason: 'not wanted', agent: null });
    await until('the agent to be told', () => agent.cancelled.length > 0);
    expect(agent.cancelled).toEqual([{ task_id: atWork, lease: held.lease, reason: 'not wanted' }]);
    expect(await agent.complete(held, 'too late')).toEqual({ ok: true, status: 'duplicate', offset: null });
    const { items } = await program.get<{ items: unknown[] }>('/api/late');
    expect(items).toMatchObject([{ task_id: atWork, agent_id: 'interrupted', result: 'too late' }]);
    expect(await command('cancel', { task_id: atWork })).toMatchObject({ code: 'unknown_task', retry: false });
    expect(await command('cancel', { task_id: 'nowhere' })).toMatchObject({ code: 'unknown_task' });
  });

  it.each([
    ['explode', {}, /name/],
    ['cancel', {}, /args\.task_id/],
    ['drain', { agent_id: 7 }, /args\.agent_id/],
    ['submit', { task_type: 'trading_analisys' }, /unknown trading task type/],
  ])('is told what is wrong with %s of %j', async (name, args, message) => {
    expect(await command(name, args)).toMatchObject({
      code: 'invalid_message',
      message: expect.stringMatching(message),
      retry: false,
    });
  });
});

it("a viewer's token commands nothing", async () => {
  const viewer = watch(program.tokens.viewer);
  onTestFinished(() => void viewer.disconnect());
  const agent = await worker('watched');
  const task = await submit({ task_type: 'report' });
  const held = await agent.assigned(task);
  for (const [name, args] of [
    ['submit', { task_type: 'report' }],
    ['cancel', { task_id: task }],
    ['retry', { task_id: task }],
    ['drain', { agent_id: 'watched' }],
    ['pause', {}],
    ['resume', {}],
  ] as const)
    expect(await command(name, args, viewer), name).toMatchObject({ ok: false, code: 'forbidden', retry: false });
  expect(await agentOf('watched')).toMatchObject({ state: 'busy', tasks: [task] });
  expect(await agent.complete(held, 'done')).toMatchObject({ status: 'stored' });
  const next = await submit({ task_type: 'report' });
  expect(await agent.complete(await agent.assigned(next), 'done')).toMatchObject({ status: 'stored' });
});

// Last: what it leaves waiting would go to whoever is able to do it once its circuit lets a probe through.
describe('an open task circuit', () => {
  const market = { symbol: 'ADA/BTC', timeframe: '5m' };
  const opinion = { ...market, signal: 'BUY', confidence: 0.8, risk_score: 0.3, reasoning: 'up' };
  const analysis = { ...opinion, analyzed_at: '2026-03-02T09:30:00.000Z' };
  const signalTask = { task_type: 'trading_signal', ...market, payload: { analysis } };

  it('answers 503 with Retry-After for its type alone; other types are taken, and so is a follow-up', async () => {
    const crashing = await worker('crashing-validator', {
      capabilities: { sovereign_access: true, trading_signal: true, hidden_hand_validation: true },
    });
    await failThrice(crashing, await submit(signalTask), 'agent_crash');
    const second = await submit(signalTask);
    for (let failure = 4; failure <= 5; failure += 1)
      expect(await crashing.fail(await crashing.assigned(second), 'agent_crash')).toEqual({ ok: true });

    const refused = await post(signalTask);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ ok: false, code: 'circuit_open', retry: true });
    expect(refused.headers.get('retry-after')).toMatch(/^([1-9]|[12]\d|30)$/);
    expect(await command('submit', signalTask)).toMatchObject({ ok: false, code: 'circuit_open', retry: true });
    expect((await program.get<Status>('/api/status')).circuits).toEqual([{ name: 'trading_signal', state: 'open' }]);
    expect(await view(second)).toMatchObject({ state: 'queued', reason: 'circuit_open' });

    const analyst = await worker('analyst', { capabilities: { sovereign_access: true, trading_analysis: true } });
    const analysed = await submit({ task_type: 'trading_analysis', ...market });
    expect(await analyst.complete(await analyst.assigned(analysed), opinion)).toMatchObject({ status: 'stored' });
    expect(await view(`${analysed}:signal`)).toMatchObject({ state: 'queued', reason: 'circuit_open' });
  });
});
