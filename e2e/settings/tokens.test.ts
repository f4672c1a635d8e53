import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Reply } from '../../core/contract/messages.ts';
import type { Status } from '../../core/contract/sidebar.ts';
import { type Program, run, startProgram, until } from '../support/program.ts';

let program: Program;
let operator: Socket;
beforeAll(async () => {
  program = await startProgram(['--feed', 'none']);
  operator = side(program.tokens.operator);
});
afterAll(async () => {
  operator.disconnect();
  await program.stop();
});

const connect = (space: string, auth: object): Socket => {
  const socket = io(`${program.url}${space}`, { transports: ['websocket'], forceNew: true, reconnection: false, auth });
  onTestFinished(() => void socket.disconnect());
  return socket;
};
const side = (token: string): Socket =>
  io(`${program.url}/sidebar`, { transports: ['websocket'], forceNew: true, auth: { token, protocol: 1 } });
const ask = (args: object, by = operator): Promise<Reply> =>
  by.timeout(10_000).emitWithAck('command', { name: 'token', args });

/** How an agent fares: what it is told last, and whether it is in. */
function agentWith(token: string, agent_id: string) {
  const socket = connect('/agents', { token, protocol: 1, agent_id, instance: agent_id, capabilities: {} });
  const told: unknown[] = [];
  socket.on('refused', (why) => told.push(why));
  const ended = new Promise<string>((resolve) => socket.once('disconnect', resolve));
  const outcome = new Promise<unknown>((resolve) => {
    socket.once('registered', () => resolve('in'));
    socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data ?? error.message));
  });
  return { outcome, ended, told };
}
const file = () => join(program.data, 'tokens.json');
const held = (): string => readFileSync(file(), 'utf8');
const aurora = async (...args: string[]): Promise<string> => {
  const { exited, output } = run(['tokens', ...args, '--data', program.data]);
  await exited;
  return output();
};

it('a token that is made is shown once, works for its agent alone, and ends with its connection when it is revoked', async () => {
  const made = await ask({ action: 'create', name: 'mine' });
  const token = String(made.ok && made.token);
  expect(made).toEqual({ ok: true, name: 'mine', token: expect.stringMatching(/^[\w-]{43}$/) });
  expect(await agentWith(token, 'other').outcome).toMatchObject({ code: 'forbidden' });
  const agent = agentWith(token, 'mine');
  expect(await agent.outcome).toBe('in');

  const listed = await ask({ action: 'list' });
  expect(listed).toMatchObject({ tokens: expect.arrayContaining([expect.objectContaining({ name: 'mine' })]) });
  for (const secret of [token, ...Object.values(program.tokens)].filter((one) => typeof one === 'string'))
    expect(JSON.stringify(listed)).not.toContain(secret);
  expect(statSync(file()).mode & 0o777).toBe(0o600);

  expect(await ask({ action: 'revoke', name: 'mine' })).toEqual({ ok: true });
  expect(await agent.ended).toBe('io server disconnect');
  expect(agent.told).toEqual([expect.objectContaining({ ok: false, code: 'unauthorized', retry: false })]);
  expect(await agentWith(token, 'mine').outcome).toMatchObject({ code: 'unauthorized', retry: false });
  expect(held()).not.toContain(token);
  await until('the engine to see it gone', async () => {
    const { agents } = await program.get<Status>('/api/status');
    return agents.find(({ agent_id }) => agent_id === 'mine')?.state !== 'idle';
  });
});

it('the command line does the same to a running engine', async () => {
  const token = (await aurora('create', 'later')).trim();
  const agent = await until('the engine to follow', async () => {
    const one = agentWith(token, 'later');
    return (await one.outcome) === 'in' && one;
  });
  expect(await aurora('rotate', 'later')).toContain('New tokens');
  await agent.ended;
  const { agents } = JSON.parse(held()) as { agents: Record<string, string> };
  expect(await agentWith(String(agents.later), 'later').outcome).toBe('in');
  expect(await aurora('list')).toMatch(/later\s+agent\s+20/);
  expect(await aurora('revoke', 'nobody')).toMatch(/^aurora: nobody has no token/);
});

it('the agent role’s token is changed under the built-in agents, which come back with the new one', async () => {
  const bystander = agentWith(program.tokens.agent, 'bystander');
  expect(await bystander.outcome).toBe('in');
  expect(await ask({ action: 'rotate', name: 'agent' })).toMatchObject({ ok: true });
  await bystander.ended;
  expect(await agentWith(program.tokens.agent, 'bystander').outcome).toMatchObject({ code: 'unauthorized' });
  await until('both to be back', async () => {
    const { agents } = await program.get<Status>('/api/status');
    return agents.filter(({ agent_id, state }) => /-1$/.test(agent_id) && state === 'idle').length === 2;
  });
});

it('only an operator may ask, and roles cannot be taken away', async () => {
  const viewer = side(program.tokens.viewer);
  onTestFinished(() => void viewer.disconnect());
  expect(await ask({ action: 'list' }, viewer)).toMatchObject({ code: 'forbidden' });
  for (const args of [{ action: 'revoke', name: 'operator' }, { action: 'create', name: 'viewer' }, { action: 'x' }])
    expect(await ask(args)).toMatchObject({ ok: false, code: 'invalid_message' });
  expect(await ask({ action: 'create', name: '../evil' })).toMatchObject({ code: 'invalid_message' });
});
