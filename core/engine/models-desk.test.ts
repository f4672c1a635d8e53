import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { readModelSettings } from '../sovereign/model-settings.ts';
import type { SessionKeys } from './key-vault.ts';
import { ModelKeys } from './model-keys.ts';
import { ModelsDesk } from './models-desk.ts';

const KEY = 'k4-unheard-of-and-long';

async function aDesk(env: Record<string, string> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const open = async (session: SessionKeys = new Map()) => {
    const keys = await ModelKeys.open({ data, vault: null, session, clock: systemClock(), hide: () => {} });
    const desk = new ModelsDesk({ data, flags: {}, env, keys });
    const start = () => readModelSettings({ flags: {}, file: join(data, 'models.json'), env, kept: keys.kept });
    return { desk, start };
  };
  const write = (name: string, text: string) => writeFileSync(join(data, name), text, { mode: 0o600 });
  return { open, write, file: () => JSON.parse(readFileSync(join(data, 'models.json'), 'utf8')) as unknown };
}

it('a key for a session is used while it lasts; afterwards the engine starts, asks nobody, and says why', async () => {
  const { open, file } = await aDesk();
  const session: SessionKeys = new Map();
  const { desk } = await open(session);
  expect(() => desk.choose({ model: 'openai:m' })).toThrow('needs a key');
  expect(await desk.setKey({ model: 'openai:m', key: KEY, keep: 'session' })).toBe(false);
  desk.choose({ model: 'openai:m' });
  expect(file()).toEqual({ primary: { model: 'openai:m', key_kept: 'session' } });
  expect(desk.view().model).toEqual({ value: 'openai:m', from: 'settings', key: 'session', key_lost: null });
  expect((await open(session)).start().primary).toMatchObject({ server: { key: KEY }, keyLost: null });

  const next = await open();
  const why =
    'The key to openai:m was kept for one session, which is over: give it again in Settings, or set OPENAI_API_KEY';
  expect(next.desk.lost()).toEqual([why]);
  expect(next.desk.view().model).toMatchObject({ key: 'none', key_lost: why });
  expect(next.start().primary).toMatchObject({ server: { key: null }, keyLost: why });
  expect(await next.desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' })).toBe(true);
  expect(next.desk.view().model).toMatchObject({ key: 'file', key_lost: null });
  expect(next.start().primary).toMatchObject({ server: { key: KEY }, keyLost: null });
});

it('a key can be taken from a model that needs one, which is then not asked', async () => {
  const { open, file } = await aDesk();
  const { desk, start } = await open();
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  desk.choose({ model: 'openai:m' });
  expect(await desk.setKey({ model: 'openai:m', key: null })).toBe(true);
  expect(file()).toEqual({ primary: { model: 'openai:m', key_kept: 'nowhere' } });
  expect(start().primary).toMatchObject({ server: { key: null }, keyLost: expect.stringMatching(/was taken away/) });
  expect(desk.lost()).toHaveLength(1);
});

it('a model that can do without a key is asked without one once it is taken away', async () => {
  const { open, file } = await aDesk();
  const { desk, start } = await open();
  await desk.setKey({ model: 'm@http://127.0.0.1:9/v1', key: KEY, keep: 'file' });
  desk.choose({ model: 'm@http://127.0.0.1:9/v1' });
  expect(await desk.setKey({ model: 'other@http://127.0.0.1:9/v1', key: null })).toBe(true);
  expect(file()).toEqual({ primary: { model: 'm@http://127.0.0.1:9/v1' } });
  expect(start().primary).toMatchObject({ server: { key: null }, keyLost: null });
});

it('the environment stands in for a key that is lost', async () => {
  const { open } = await aDesk({ OPENAI_API_KEY: 'from-the-environment' });
  const { desk } = await open();
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'session' });
  desk.choose({ model: 'openai:m' });
  const next = await open();
  expect(next.desk.view().model).toMatchObject({ key: 'environment', key_lost: null });
  expect(next.start().primary).toMatchObject({ server: { key: 'from-the-environment' }, keyLost: null });
});

it('a key to one server leaves the other model as it is', async () => {
  const { open, file, write } = await aDesk();
  const primary = { model: 'a@http://127.0.0.1:8/v1', key_file: 'own.key' };
  write('own.key', KEY);
  write('models.json', JSON.stringify({ primary, fallback: 'b@http://127.0.0.1:9/v1' }));
  const { desk, start } = await open();
  expect(await desk.setKey({ model: 'b@http://127.0.0.1:9/v1', key: 'other', keep: 'session' })).toBe(true);
  expect(file()).toEqual({ primary, fallback: { model: 'b@http://127.0.0.1:9/v1', key_kept: 'session' } });
  expect(start()).toMatchObject({ primary: { server: { key: KEY } }, fallback: { server: { key: 'other' } } });
});
