import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SettingsView } from '../../core/contract/settings.ts';
import type { SidebarUpdate, Status } from '../../core/contract/sidebar.ts';
import { closeFakeModels, startFakeModel } from '../models/fake-model.ts';
import { aFolder } from '../support/folders.ts';
import { type Program, startProgram, until } from '../support/program.ts';

const secret = (): string => `s${crypto.randomUUID().replaceAll('-', '')}`;
const OPERATOR = secret();
const VIEWER = secret();
const ENVIRONMENT_KEY = secret();

let program: Program;
let operator: Socket;
beforeAll(async () => {
  vi.stubEnv('AURORA_MODEL_KEY', ENVIRONMENT_KEY);
  const data = aFolder();
  const tokens = { agent: secret(), viewer: VIEWER, operator: OPERATOR };
  writeFileSync(join(data, 'tokens.json'), JSON.stringify(tokens), { mode: 0o600 });
  program = await startProgram(['--keep-days', '30'], data);
  operator = io(`${program.url}/sidebar`, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    auth: { token: OPERATOR, protocol: 1 },
  });
  operator.on('disconnect', (reason) => reason === 'io server disconnect' && setTimeout(() => operator.connect(), 50));
  operator.on('connect_error', () => operator.active || setTimeout(() => operator.connect(), 50));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  operator.disconnect();
  await program.stop();
  await closeFakeModels();
});

interface Answer {
  ok: boolean;
  message?: string;
  restarts?: boolean;
  settings?: SettingsView;
}
const command = (name: string, args: object): Promise<Answer> =>
  operator.timeout(30_000).emitWithAck('command', { name, args });
const startedAt = (): string => readFileSync(join(program.data, 'endpoint.json'), 'utf8');

/** Asks for a change that has the engine start again, and waits until it has. */
async function changed(name: string, args: object): Promise<Answer> {
  const before = startedAt();
  const answer = await command(name, args);
  expect(answer).toMatchObject({ ok: true, restarts: true });
  await until('the engine to be back', () => startedAt() !== before && operator.connected);
  return answer;
}
const view = async (): Promise<SettingsView> => (await command('settings', {})).settings as SettingsView;
const send = (path: string, init: RequestInit = {}, token = OPERATOR): Promise<Response> =>
  fetch(`${program.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
const bars = (count: number): string =>
  ['time,open,high,low,close,volume']
    .concat(
      Array.from({ length: count }, (_, day) => {
        const time = new Date(Date.UTC(2024, 0, 1 + day)).toISOString();
        return `${time},${100 + day},${102 + day},${99 + day},${101 + day},1000`;
      }),
    )
    .join('\n');

it('settings are kept over a restart of the engine by itself, and the command line goes first', async () => {
  expect(await view()).toMatchObject({
    feed: { value: 'replay', from: 'default' },
    analyse: { value: 'close', from: 'default' },
    keep_days: { value: 30, from: 'command line' },
    model: { value: 'rules', from: 'default', key: 'none' },
  });
  expect(await command('settings', { change: { keep_days: 7 } })).toMatchObject({
    ok: false,
    message: expect.stringContaining('--keep-days is said on the command line'),
  });
  await changed('settings', { change: { feed: 'none', analyse: '1h' } });
  expect(await view()).toMatchObject({
    feed: { value: 'none', from: 'settings' },
    analyse: { value: '1h', from: 'settings' },
  });
  expect((await program.get<Status>('/api/status')).origin).toBe('live');
  const kept = join(program.data, 'settings.json');
  expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual({ feed: 'none', analyse: '1h' });
  expect(statSync(kept).mode & 0o777).toBe(0o600);
  await changed('settings', { change: { analyse: null } });
  expect((await view()).analyse).toEqual({ value: 'close', from: 'default' });
});

it.each([
  [{ feed: 'nonsense' }, /--feed nonsense is not known/],
  [{ feed: 'csv:/etc/passwd' }, /imported/],
  [{ feed: 'ccxt:nowhere:A/B@1h' }, /not an exchange/],
  [{ analyse: 'often' }, /--analyse often/],
  [{ model: 'openai' }, /no server is known/],
  [{ model: 'deepseek:m' }, /needs a key/],
  [{ fallback: 'ollama:m' }, /needs a model before it/],
])('%j changes nothing', async (change, why) => {
  const before = await view();
  const answer = await command('settings', { change });
  expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(why) });
  expect(await view()).toEqual(before);
});

it('a key is used, replaced, taken away, and never read again', async () => {
  const model = await startFakeModel();
  const key = secret();
  const name = `first@${model.url}`;
  expect(await command('set_key', { model: name, key: secret() })).toEqual({ ok: true, restarts: false });
  await changed('settings', { change: { model: name } });
  await changed('set_key', { model: name, key });
  expect((await view()).model).toEqual({ value: name, from: 'settings', key: 'file', key_lost: null });
  const posted = await send('/api/tasks', {
    method: 'POST',
    body: JSON.stringify({ task_type: 'trading_analysis', symbol: 'A/B', timeframe: '5m' }),
  });
  expect(posted.status).toBe(201);
  await until('the model to be asked', () => model.heard.length > 0);
  expect(model.heard[0]?.headers.authorization).toBe(`Bearer ${key}`);
  const [keyFile = ''] = readdirSync(join(program.data, 'keys'));
  expect(statSync(join(program.data, 'keys', keyFile)).mode & 0o777).toBe(0o600);
  // It belongs to its server: another one gets none of it.
  await changed('settings', { change: { model: 'other@http://127.0.0.1:9/v1' } });
  expect((await view()).model.key).toBe('environment');
  // And nobody needs it any more.
  expect(readdirSync(join(program.data, 'keys'))).toEqual([]);
  expect(await command('set_key', { model: name, key: null })).toEqual({ ok: true, restarts: false });
});

it('a backup is made when it is asked for, and the newest is the one that the status names', async () => {
  const made = (await command('backup', {})) as Answer & { file: string };
  expect(made).toMatchObject({ ok: true, offset: expect.any(Number) });
  expect(statSync(made.file).size).toBeGreaterThan(0);
  expect((await program.get<Status>('/api/status')).last_backup).not.toBeNull();
});

it('a file of bars that is brought along is replayed, and its first signal is there within seconds', async () => {
  await changed('settings', { change: { model: null } });
  const bring = (name: string, body: string, token?: string) =>
    send(`/api/imports?name=${encodeURIComponent(name)}`, { method: 'POST', body }, token);
  expect((await bring('A-1d.csv', bars(40), VIEWER)).status).toBe(403);
  const refused = await bring('../../A-1d.csv', `${bars(40)}\nnonsense`);
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { message: expect.stringMatching(/A-1d.csv, line 42/) },
  ]);
  expect(await (await bring('A-1d.csv', bars(10))).json()).toMatchObject({
    message: expect.stringContaining('21 bars'),
  });
  const before = startedAt();
  const taken = await bring('../../MYCOIN-1d.csv', bars(60));
  expect([taken.status, await taken.json()]).toEqual([
    201,
    { symbol: 'MYCOIN', timeframe: '1d', bars: 60, restarts: true },
  ]);
  await until('the engine to be back', () => startedAt() !== before);
  const first = await until(
    'the first signal of MYCOIN',
    async () => {
      const answer = await send('/api/signals').catch(() => null);
      if (!answer?.ok) return null;
      const { items } = (await answer.json()) as { items: SidebarUpdate[] };
      return items.find(({ symbol }) => symbol === 'MYCOIN');
    },
    20_000,
  );
  expect(first.origin).toBe('replay');
  expect((await view()).feed.value).toMatch(/imports.[0-9a-f]{12}.MYCOIN-1d.csv$/);
});

it('a file that is gone costs the feed and not the engine', async () => {
  const kept = join(program.data, 'settings.json');
  writeFileSync(kept, JSON.stringify({ feed: `csv:${join(program.data, 'imports', 'gone', 'A-1d.csv')}` }));
  await changed('settings', { change: { analyse: 'asked' } });
  const { alarms } = await program.get<Status>('/api/status');
  expect(alarms).toEqual([expect.stringMatching(/cannot be used: .*no such file.*Settings/)]);
  await changed('settings', { change: { feed: 'none' } });
  expect((await program.get<Status>('/api/status')).alarms).toEqual([]);
});
