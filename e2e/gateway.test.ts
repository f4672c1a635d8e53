import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitTask } from './support/foreign-agent.ts';
import { commandLines } from './support/process-list.ts';
import { type Program, reachOf, run, startProgram, until } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram(['--feed', 'none', '--agents', 'none']);
});
afterAll(() => program.stop());

interface Asked {
  path?: string;
  method?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** fetch sets Host and Origin itself, so this one asks by hand. */
function ask({
  path = '/api/signals',
  method = 'GET',
  token,
  body,
  headers = {},
}: Asked): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const sent = request(`${program.url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(text ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
    });
    sent.on('response', (response) => {
      let all = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        all += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: all, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

const foreign: Record<string, string>[] = [
  { host: 'evil.example' },
  { host: '127.0.0.1' },
  { host: '127.0.0.1.evil.example' },
  { origin: 'http://evil.example' },
  { origin: 'null' },
];
const task = { task_type: 'trading_analysis', symbol: 'ADA/BTC', timeframe: '5m' };

describe('HTTP', () => {
  it('needs a token of the right role', async () => {
    const { viewer, operator, agent } = program.tokens;
    expect((await ask({})).status).toBe(401);
    expect((await ask({ token: 'wrong' })).status).toBe(401);
    expect((await ask({ token: agent })).status).toBe(403);
    expect((await ask({ token: viewer })).status).toBe(200);
    expect((await ask({ token: operator })).status).toBe(200);
    expect((await ask({ path: '/api/tasks', method: 'POST', token: viewer, body: task })).status).toBe(403);
    expect((await ask({ path: '/healthz' })).status).toBe(200);
  });

  it('makes a task, and the same one for a repeated key', async () => {
    const { operator } = program.tokens;
    const once = {
      path: '/api/tasks',
      method: 'POST',
      token: operator,
      body: task,
      headers: { 'idempotency-key': 'k1' },
    };
    const [first, second] = await Promise.all([ask(once), ask(once)]);
    const third = await ask(once);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect(third.status).toBe(200);
    expect(new Set([first, second, third].map(({ body }) => JSON.parse(body).task_id)).size).toBe(1);
    const { task_id } = JSON.parse(first.body);
    const view = JSON.parse((await ask({ path: `/api/tasks/${task_id}`, token: operator })).body);
    expect(view).toMatchObject({
      state: 'queued',
      reason: 'no_capable_agent',
      missing: ['sovereign_access', 'trading_analysis'],
    });
  });

  it.each([
    [{ ...task, task_type: 'trading_analisys' }, /unknown trading task type: use trading_analysis or trading_signal/],
    [{ ...task, symbol: undefined }, /symbol and timeframe are required/],
    [{ ...task, timeframe: '5 minutes' }, /timeframe: a timeframe is a count/],
    [{ ...task, symbol: 'A B' }, /symbol: a symbol has no spaces/],
    [{ ...task, priority: 'high' }, /priority/],
    ['{not json', /body/],
    [[], /body/],
    [{ task_type: 'trading_signal', symbol: 'A', timeframe: '5m' }, /payload\.analysis: the analysis to validate/],
    [
      { ...task, payload: { deep: JSON.parse(`${'['.repeat(99)}${']'.repeat(99)}`) } },
      /payload: it is nested more than 32 levels deep/,
    ],
  ])('refuses %j with a sentence', async (body, message) => {
    const answer = await ask({ path: '/api/tasks', method: 'POST', token: program.tokens.operator, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      ok: false,
      code: 'invalid_message',
      message: expect.stringMatching(message),
      retry: false,
    });
  });

  it('gives back what an agent answered to a task of a type of its own', async () => {
    const socket = io(`${program.url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { protocol: 1, agent_id: 'reporter', instance: 'i', capabilities: {}, token: program.tokens.agent },
    });
    socket.on('task_assign', ({ task_id, lease }, accept) => {
      accept({ accept: true });
      socket.emit('task_complete', { task_id, lease, result: { pages: [1, 2], title: 'Ünï' } });
    });
    const { operator } = program.tokens;
    const made = JSON.parse(
      (await ask({ path: '/api/tasks', method: 'POST', token: operator, body: { task_type: 'report' } })).body,
    );
    const done = await until('the report to be stored', async () => {
      const view = JSON.parse((await ask({ path: `/api/tasks/${made.task_id}`, token: operator })).body);
      return view.state === 'completed' && view;
    });
    expect(done).toMatchObject({
      offset: 1,
      result: { completed_by: 'reporter', result: { pages: [1, 2], title: 'Ünï' } },
    });
    expect(JSON.parse((await ask({ token: operator })).body)).toEqual({ items: [] });
    socket.disconnect();
  });

  it('refuses a body over 256 KiB, an unknown path and an unknown task', async () => {
    const { operator } = program.tokens;
    const big = await ask({
      path: '/api/tasks',
      method: 'POST',
      token: operator,
      body: { ...task, payload: { text: 'x'.repeat(300_000) } },
    });
    expect([big.status, JSON.parse(big.body).code]).toEqual([413, 'too_large']);
    expect((await ask({ path: '/api/nothing', token: operator })).status).toBe(404);
    expect((await ask({ path: '/api/tasks/nothing', token: operator })).status).toBe(404);
  });

  it('keeps foreign hosts and origins out of every path, with a token or without', async () => {
    const paths = ['/', '/index.html', '/healthz', '/readyz', '/metrics', '/api/signals', '/api/status', '/api/export'];
    for (const path of [...paths, '/nothing', '/socket.io/?EIO=4&transport=polling']) {
      for (const headers of foreign)
        expect(
          (await ask({ path, token: program.tokens.operator, headers })).status,
          `${path} ${JSON.stringify(headers)}`,
        ).toBe(403);
    }
  });

  it('serves the page with a policy that names its own origin alone', async () => {
    const page = await ask({ path: '/' });
    expect(page.body).toContain('<div id="root">');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/.built-from/../../package.json',
    ])
      expect((await ask({ path })).body).not.toContain('better-sqlite3');
  });
});

describe('sockets', () => {
  const refusedBy = (
    namespace: string,
    auth: object,
    extraHeaders: Record<string, string> = {},
    transports = ['websocket'],
  ) =>
    new Promise<string>((resolve) => {
      const socket = io(`${program.url}${namespace}`, {
        transports,
        forceNew: true,
        reconnection: false,
        auth,
        extraHeaders,
      });
      let heard = '';
      socket.onAny((event: string) => {
        heard += ` after ${event}`;
      });
      const done = (why: string) => {
        resolve(why + heard);
        socket.disconnect();
      };
      socket.on('connect', () => done('connected'));
      socket.on('connect_error', (error: Error & { data?: { code?: string } }) =>
        done(error.data?.code ?? error.message),
      );
    });
  const agentAuth = { protocol: 1, agent_id: 'a', instance: 'i', capabilities: {} };

  it('let in by token and role', async () => {
    const { agent, viewer, operator } = program.tokens;
    expect(await refusedBy('/sidebar', { protocol: 1 })).toBe('invalid_message');
    expect(await refusedBy('/sidebar', { protocol: 1, token: 'wrong' })).toBe('unauthorized');
    expect(await refusedBy('/sidebar', { protocol: 1, token: agent })).toBe('forbidden');
    expect(await refusedBy('/sidebar', { protocol: 2, token: viewer })).toBe('protocol_version');
    expect(await refusedBy('/sidebar', { protocol: 1, token: viewer })).toBe('connected');
    expect(await refusedBy('/agents', { ...agentAuth, token: viewer })).toBe('forbidden');
    expect(await refusedBy('/agents', { ...agentAuth, token: operator })).toBe('forbidden');
    expect(await refusedBy('/agents', { ...agentAuth, token: agent, agent_id: 'a b' })).toBe('invalid_message');
    expect(await refusedBy('/agents', { ...agentAuth, token: agent })).toBe('connected');
    expect(await refusedBy('/agents', { ...agentAuth, token: agent }, {}, ['polling'])).toBe('invalid_message');
  });

  it('end with a message over 256 KiB, and with it alone', async () => {
    const auth = { ...agentAuth, agent_id: 'wordy', token: program.tokens.agent };
    const socket = io(`${program.url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth,
    });
    const ended = new Promise((resolve) => socket.once('disconnect', resolve));
    const say = (length: number) => socket.emitWithAck('heartbeat', { running: [], more: 'x'.repeat(length) });
    expect(await say(255 * 1024)).toMatchObject({ ok: true });
    void say(256 * 1024).catch(() => {});
    expect(await ended).toBe('transport close');
    expect(await refusedBy('/agents', { ...auth, agent_id: 'other' })).toBe('connected');
  });

  it('that do not say within 5 s who they are end', async () => {
    const opened = performance.now();
    const socket = new WebSocket(`${program.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    // It is alive, and answers the library; only who it is it does not say.
    socket.addEventListener('message', ({ data }) => data === '2' && socket.send('3'));
    await new Promise((resolve) => socket.addEventListener('close', resolve));
    expect(performance.now() - opened).toBeGreaterThan(4_000);
  });

  it('keep pages of another origin and foreign hosts out, over WebSocket and polling alike', async () => {
    const auth = { protocol: 1, token: program.tokens.viewer };
    for (const origin of ['http://evil.example', 'null'])
      for (const transport of ['websocket', 'polling'])
        expect(await refusedBy('/sidebar', auth, { origin }, [transport]), `${transport} ${origin}`).not.toBe(
          'connected',
        );
    // Over polling the library keeps the Host that it has; "every path" above asks for that one by hand.
    for (const host of ['evil.example', '127.0.0.1', '127.0.0.1.evil.example'])
      expect(await refusedBy('/sidebar', auth, { host }), host).not.toBe('connected');
    expect(await refusedBy('/sidebar', auth, { origin: program.url })).toBe('connected');
  });

  it('answer what an agent says wrongly with a code, and nothing ends', async () => {
    const socket = io(`${program.url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { ...agentAuth, agent_id: 'clumsy', token: program.tokens.agent },
    });
    const say = (event: string, body: unknown) => socket.timeout(5_000).emitWithAck(event, body);
    expect(await say('task_complete', { task_id: 7 })).toMatchObject({ code: 'invalid_message' });
    expect(await say('task_complete', null)).toMatchObject({ code: 'invalid_message' });
    expect(await say('task_complete', { task_id: 'none', lease: 1, result: {} })).toMatchObject({
      code: 'unknown_task',
      retry: false,
    });
    expect(
      await say('task_failed', { task_id: 'none', lease: 1, failure_source: 'bad luck', failure_reason: '' }),
    ).toMatchObject({ code: 'invalid_message' });
    expect(await say('heartbeat', {})).toMatchObject({ ok: true });
    socket.disconnect();
  });
});

it('a token that was changed opens nothing any more', async () => {
  const own = await startProgram(['--feed', 'none', '--agents', 'none']);
  const { viewer } = own.tokens;
  expect(await own.get('/api/signals', viewer)).toEqual({ items: [] });
  const changed = run(['tokens', 'rotate', 'viewer', '--data', own.data]);
  expect(await changed.exited).toBe(0);
  const ask = () => fetch(`${own.url}/api/signals`, { headers: { authorization: `Bearer ${viewer}` } });
  await until('the old token to be refused', async () => (await ask()).status === 401);
  const socket = io(`${own.url}/sidebar`, {
    transports: ['websocket'],
    reconnection: false,
    auth: { protocol: 1, token: viewer },
  });
  const heard: string[] = [];
  socket.onAny((event: string) => heard.push(event));
  const refused = await new Promise<{ data?: unknown }>((resolve) => socket.once('connect_error', resolve));
  expect(refused.data).toMatchObject({ code: 'unauthorized', retry: false });
  expect(heard).toEqual([]);
  expect(await own.get('/api/signals', reachOf(own.data).tokens.viewer)).toEqual({ items: [] });
  await own.stop();
}, 30_000);

it('an engine stops at once, although an agent has not acked its task', async () => {
  const own = await startProgram(['--feed', 'none', '--agents', 'none']);
  const socket = io(`${own.url}/agents`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { protocol: 1, agent_id: 'mute', instance: 'i', capabilities: {}, token: own.tokens.agent },
  });
  const assigned = new Promise((resolve) => socket.once('task_assign', resolve));
  await submitTask(own, { task_type: 'report' });
  await assigned;
  const asked = performance.now();
  expect(await own.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5_000);
  socket.disconnect();
});

describe('the data folder', () => {
  it('holds tokens and endpoint for this user alone', () => {
    for (const file of ['tokens.json', 'endpoint.json'])
      expect(statSync(join(program.data, file)).mode & 0o777, file).toBe(0o600);
    expect(JSON.parse(readFileSync(join(program.data, 'endpoint.json'), 'utf8'))).toMatchObject({
      url: program.url,
      pid: program.pid,
      protocol: 1,
    });
  });

  it('has tokens that stand in no process’s arguments', () => {
    const listed = commandLines();
    expect(listed).toContain(program.data);
    for (const token of Object.values(program.tokens).filter((one) => typeof one === 'string'))
      expect(listed).not.toContain(token);
  });

  it('holds no token in its logs', () => {
    const logs = join(program.data, 'logs');
    const lines = readdirSync(logs)
      .map((file) => readFileSync(join(logs, file), 'utf8'))
      .join('');
    expect(lines).toContain('engine started');
    for (const token of Object.values(program.tokens).filter((one) => typeof one === 'string'))
      expect(lines).not.toContain(token);
  });
});
