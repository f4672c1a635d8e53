import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { type ModelFlags, readModelSettings } from '../sovereign/model-settings.ts';
import { ModelKeys } from './model-keys.ts';
import { ProgramKeys } from './model-keys-program.ts';
import { ModelsDesk } from './models-desk.ts';

const KEY = 'k4-unheard-of-and-long';

async function aDesk(env: Record<string, string> = {}) {
  const data = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const open = async (program = new ProgramKeys()) => {
    const keys = new ModelKeys({ data, vault: null, program, clock: systemClock(), hide: () => {} });
    const desk = new ModelsDesk({ data, flags: {}, env, keys });
    const start = () => readModelSettings({ flags: {}, file: join(data, 'models.json'), env, kept: keys.kept });
    /** The desk of a start with these options. */
    const under = (flags: ModelFlags) => new ModelsDesk({ data, flags, env, keys });
    return { desk, start, under };
  };
  const write = (name: string, text: string) => writeFileSync(join(data, name), text, { mode: 0o600 });
  const names = () => readdirSync(join(data, 'keys'));
  const remove = (name: string) => rmSync(join(data, name));
  return {
    open,
    write,
    names,
    remove,
    file: () => JSON.parse(readFileSync(join(data, 'models.json'), 'utf8')) as unknown,
  };
}

it('a key for a session is used while it lasts; afterwards the engine starts, asks nobody, and says why', async () => {
  const { open, file } = await aDesk();
  const program = new ProgramKeys();
  const { desk } = await open(program);
  expect(() => desk.choose({ model: 'openai:m' })).toThrow('needs a key');
  expect(await desk.setKey({ model: 'openai:m', key: KEY, keep: 'session' })).toBe(false);
  desk.choose({ model: 'openai:m' });
  expect(file()).toEqual({ primary: { model: 'openai:m', key_kept: 'session' } });
  expect(desk.view().model).toEqual({ value: 'openai:m', from: 'settings', key: 'session', key_lost: null });
  expect((await open(program)).start().primary).toMatchObject({ server: { key: KEY }, keyLost: null });

  const next = await open();
  const why = 'The key to openai:m was kept for one session, which is over';
  const all = `${why}: give it again in Settings, or set OPENAI_API_KEY`;
  expect(next.desk.lost()).toEqual([all]);
  expect(next.desk.view().model).toMatchObject({ key: 'none', key_lost: why });
  expect(next.start().primary).toMatchObject({ server: { key: null }, keyLost: all });
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

describe('where the settings are refused', () => {
  const OPENAI = { model: 'openai:m', key_file: join('keys', 'https-api.openai.com') };
  /** A folder with a key of Aurora's own, and a second model that cannot be asked. */
  async function aRefusal() {
    const desk = await aDesk();
    const { open, write } = desk;
    const { desk: first } = await open();
    await first.setKey({ model: OPENAI.model, key: KEY, keep: 'file' });
    const refused = { primary: OPENAI, fallback: { model: 'b@http://127.0.0.1:9/v1', key_file: 'gone.key' } };
    write('models.json', JSON.stringify(refused));
    return { ...desk, refused };
  }

  it.each([null, 'another'])('the key that models.json names is still there: %j', async (key) => {
    const { open, file, refused, names } = await aRefusal();
    const program = new ProgramKeys();
    const { desk } = await open(program);
    await expect(desk.setKey({ model: OPENAI.model, key, keep: 'session' })).rejects.toThrow('gone.key cannot be read');
    expect([file(), names(), program.session.size]).toEqual([refused, ['https-api.openai.com'], 0]);
  });

  it('a key that was set for the model that was refused is not kept', async () => {
    const { open, names } = await aRefusal();
    const { desk } = await open();
    await desk.setKey({ model: 'groq:m', key: KEY, keep: 'file' });
    expect(() => desk.choose({ model: 'groq:m' })).toThrow('gone.key cannot be read');
    expect(names()).toEqual(['https-api.openai.com']);
  });
});

it('a key file of Aurora’s own that is gone is a lost key; the environment stands in, and it may be set anew', async () => {
  const env: Record<string, string> = {};
  const { open, names, remove } = await aDesk(env);
  const { desk, start } = await open();
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  desk.choose({ model: 'openai:m' });
  remove(join('keys', 'https-api.openai.com'));
  const why = 'The key to openai:m is not in the data folder any more';
  expect(desk.view().model).toMatchObject({ key: 'none', key_lost: why });
  expect(start().primary).toMatchObject({ server: { key: null }, keyLost: expect.stringContaining(why) });
  env.OPENAI_API_KEY = 'from-the-environment';
  expect(desk.view().model).toMatchObject({ key: 'environment', key_lost: null });
  expect(start().primary).toMatchObject({ server: { key: 'from-the-environment' }, keyLost: null });
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  expect([names(), desk.view().model]).toMatchObject([['https-api.openai.com'], { key: 'file', key_lost: null }]);
});

it('a key file that the user named is an error where it is gone', async () => {
  const { open, write } = await aDesk();
  write('models.json', JSON.stringify({ primary: { model: 'openai:m', key_file: 'keys/mine' } }));
  const { start } = await open();
  expect(start).toThrow(/keys.mine cannot be read/);
});

it('keys of servers that are not chosen any more are forgotten', async () => {
  const { open, names, file } = await aDesk();
  const program = new ProgramKeys();
  const { desk } = await open(program);
  for (const [model, keep] of [
    ['openai:m', 'file'],
    ['groq:m', 'session'],
  ] as const)
    await desk.setKey({ model, key: KEY, keep });
  // Neither is chosen yet: each is its user's until there is a choice.
  expect([names(), program.session.size]).toEqual([['https-api.openai.com'], 1]);
  await expect(async () => desk.choose({ model: 'openai' })).rejects.toThrow('no server is known');
  expect([names(), program.session.size]).toEqual([[], 0]);

  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  desk.choose({ model: 'openai:m' });
  await desk.setKey({ model: 'groq:m', key: KEY, keep: 'session' });
  desk.choose({ fallback: 'groq:m' });
  desk.choose({ model: 'openai:m2' });
  expect([names(), program.session.size]).toEqual([['https-api.openai.com'], 1]);
  expect(file()).toMatchObject({ primary: { model: 'openai:m2', key_file: join('keys', 'https-api.openai.com') } });
  desk.choose({ fallback: null });
  expect([names(), program.session.size]).toEqual([['https-api.openai.com'], 0]);
  desk.choose({ model: 'rules' });
  expect(names()).toEqual([]);
});

it('another model of a server has the key that models.json names, whatever else a program that ended left behind', async () => {
  const { open, file, write, names } = await aDesk();
  const { desk } = await open();
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  desk.choose({ model: 'openai:m' });
  write(join('keys', 'https-api.openai.com.sealed'), '{}');
  desk.choose({ model: 'openai:m2' });
  expect(file()).toEqual({ primary: { model: 'openai:m2', key_file: join('keys', 'https-api.openai.com') } });
  expect(names()).toContain('https-api.openai.com');
});

it('only the servers in use whose key is in the keyring have it opened', async () => {
  const { open, write } = await aDesk();
  const sealed = (model: string) => ({ model, key_kept: 'keyring' });
  write('models.json', JSON.stringify({ primary: sealed('openai:m'), fallback: sealed('groq:m') }));
  const { desk, under } = await open();
  const hosts = (urls: URL[]) => urls.map(({ host }) => host);
  expect(hosts(desk.inKeyring())).toEqual(['api.openai.com', 'api.groq.com']);
  expect(hosts(under({ model: 'mistral:m', fallback: 'none' }).inKeyring())).toEqual([]);
  expect(hosts(under({ model: 'openai:m', fallback: 'none' }).inKeyring())).toEqual(['api.openai.com']);
});

it('a sealed key that no agent of this engine needs is where it is, not lost', async () => {
  const { open, write } = await aDesk();
  const { desk } = await open();
  await desk.setKey({ model: 'openai:m', key: KEY, keep: 'file' });
  write(join('keys', 'https-api.openai.com.sealed'), '{}');
  write('models.json', JSON.stringify({ primary: { model: 'openai:m', key_kept: 'keyring' } }));
  expect(desk.view().model).toMatchObject({ key: 'keyring', key_lost: null });
});
