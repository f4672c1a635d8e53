import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../kit/clock.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import type { KeyVault } from './key-vault.ts';
import { ModelKeys } from './model-keys.ts';
import { ProgramKeys } from './model-keys-program.ts';

const KEY = 'k3-unheard-of-and-long';
const SERVER = new URL('https://models.example/v1');
const OTHER = new URL('https://other.example:8443/v1');
/** What is kept is said where it has to be. */
const said = (): void => {};
const never = <T>(): Promise<T> => new Promise(() => {});

/** A keyring that seals as the real ones do: by a key that lies in no file. */
function aVault(backend = 'test_keyring'): KeyVault {
  const secret = randomBytes(32);
  return {
    backend,
    async seal(text) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}

function aFolder() {
  const data = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const folder = join(data, 'keys');
  const hidden: string[] = [];
  return {
    hidden,
    /** Names of the files of keys. */
    names: () => readdirSync(folder),
    path: (name: string) => join(folder, name),
    bytes: () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
    /** Those of an engine that starts, and has a model on the server. */
    async open(vault: KeyVault | null | undefined, program = new ProgramKeys(), clock: Clock = systemClock()) {
      const keys = new ModelKeys({ data, vault, program, clock, hide: (secret) => hidden.push(secret) });
      await keys.open([SERVER]);
      return keys;
    },
  };
}

describe('a key in the keyring', () => {
  it('is there at the next start, and is in no file', async () => {
    const { open, names, path, bytes, hidden } = aFolder();
    const vault = aVault();
    const keys = await open(vault);
    expect(keys.places).toEqual({ can: ['keyring', 'session', 'file'], usual: 'keyring', note: null });
    await keys.keep(SERVER, KEY, undefined, said);
    expect(keys.kept('keyring', SERVER)).toEqual({ key: KEY });
    expect(names()).toEqual(['https-models.example.sealed']);
    expect(statSync(path('https-models.example.sealed')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(bytes()[0] ?? '')).toEqual({ backend: 'test_keyring', sealed: expect.any(String) });
    expect(bytes().join()).not.toContain(KEY);
    hidden.length = 0;
    const again = await open(vault);
    expect(again.mark(SERVER)).toEqual({ key_kept: 'keyring' });
    expect(again.kept('keyring', SERVER)).toEqual({ key: KEY });
    expect(hidden).toEqual([KEY]);
  });

  it.each([
    ['there is no keyring any more', null, /was sealed by a keyring \(test_keyring\), and there is none here now/],
    ['the program uses none', undefined, /which only Aurora's window opens/],
    ['the keyring is a new one of its kind', aVault(), /is not opened by the keyring \(test_keyring\)/],
    ['the keyring is of another kind', aVault('other'), /another keyring \(test_keyring\) than there is now \(other\)/],
  ])('is lost where %s, and comes back with its keyring', async (_how, now, why) => {
    const { open } = aFolder();
    const vault = aVault();
    await (await open(vault)).keep(SERVER, KEY, 'keyring', said);
    const keys = await open(now);
    expect(keys.kept('keyring', SERVER)).toEqual({ key: null, why: expect.stringMatching(why) });
    expect(keys.mark(SERVER)).toEqual({ key_kept: 'keyring' });
    expect((await open(vault)).kept('keyring', SERVER)).toEqual({ key: KEY });
  });

  it.each([
    '',
    '{',
    '{"backend":"test_keyring"}',
    '{"backend":"test_keyring","sealed":"AAAA"}',
    '{"backend":"\\u001b[31m","sealed":"AAAA"}',
    '{"backend":"test_keyring","sealed":"not base64"}',
    KEY,
  ])('is lost where its file is %j, and may be set anew', async (text) => {
    const { open, path } = aFolder();
    const vault = aVault();
    mkdirSync(path('.'));
    writeFileSync(path('https-models.example.sealed'), text, { mode: 0o600 });
    const keys = await open(vault);
    expect(keys.kept('keyring', SERVER)).toEqual({
      key: null,
      why: expect.stringMatching(/damaged|is not opened/),
    });
    await keys.keep(SERVER, KEY, undefined, said);
    expect((await open(vault)).kept('keyring', SERVER)).toEqual({ key: KEY });
  });

  it.each<[string, Partial<KeyVault>]>([
    ['does not seal', { seal: async () => Promise.reject(new Error('it is locked')) }],
    ['seals what it cannot open', { open: async () => Promise.reject(new Error('it is locked')) }],
    ['gives back something else', { open: async () => 'it is locked' }],
  ])(
    'is refused where the keyring %s, and the old one stays until there is another place for it',
    async (_how, bad) => {
      const { open, names, bytes } = aFolder();
      await (await open(undefined)).keep(SERVER, 'the-old-key', 'file', said);
      const keys = await open({ ...aVault(), ...bad });
      await expect(keys.keep(SERVER, KEY, undefined, said)).rejects.toMatchObject({
        code: 'AURORA_USAGE',
        message: expect.stringMatching(/did not take a key .*say where else/),
      });
      expect(bytes()).toEqual(['the-old-key']);
      expect(keys.places).toMatchObject({ usual: null, note: expect.stringMatching(/did not take a key/) });
      await keys.keep(SERVER, KEY, 'session', said);
      expect(names()).toEqual([]);
      expect(keys.kept('session', SERVER)).toEqual({ key: KEY });
    },
  );
});

describe('without a keyring', () => {
  it('nothing is written before it is said where', async () => {
    const { open, names, path } = aFolder();
    mkdirSync(path('.'));
    const keys = await open(null);
    expect(keys.places).toMatchObject({
      can: ['session', 'file'],
      usual: null,
      note: expect.stringMatching(/no keyring/),
    });
    await expect(keys.keep(SERVER, KEY, undefined, said)).rejects.toThrow('say where the key is to be kept');
    await expect(keys.keep(SERVER, KEY, 'keyring', said)).rejects.toThrow('there is no keyring here');
    expect(names()).toEqual([]);
    expect(keys.mark(SERVER)).toEqual({});
  });

  it('a key for this session is in no file, and is lost with the session', async () => {
    const { open, names, path } = aFolder();
    mkdirSync(path('.'));
    const program = new ProgramKeys();
    await (await open(null, program)).keep(SERVER, KEY, 'session', said);
    expect(names()).toEqual([]);
    const again = await open(null, program);
    expect(again.mark(SERVER)).toEqual({ key_kept: 'session' });
    expect(again.kept('session', SERVER)).toEqual({ key: KEY });
    const next = await open(null);
    expect(next.kept('session', SERVER)).toEqual({ key: null, why: expect.stringMatching(/session, which is over/) });
  });

  it('a program without a window keeps keys in files, as it always has', async () => {
    const { open, path, bytes } = aFolder();
    const keys = await open(undefined);
    await keys.keep(SERVER, KEY, undefined, said);
    expect(bytes()).toEqual([KEY]);
    expect(statSync(path('https-models.example')).mode & 0o777).toBe(0o600);
    expect(keys.mark(SERVER)).toEqual({ key_file: join('keys', 'https-models.example') });
  });
});

it('a key is in one place at a time, and in none once it is taken away', async () => {
  const { open, names } = aFolder();
  const program = new ProgramKeys();
  const keys = await open(aVault(), program);
  const places = () => [...names(), ...program.session.keys()];
  await keys.keep(SERVER, KEY, 'file', said);
  expect(places()).toEqual(['https-models.example']);
  await keys.keep(SERVER, KEY, 'keyring', said);
  expect(places()).toEqual(['https-models.example.sealed']);
  await keys.keep(SERVER, KEY, 'session', said);
  expect(places()).toEqual(['https-models.example']);
  expect(names()).toEqual([]);
  for (const place of ['file', 'keyring', 'session'] as const) {
    await keys.keep(SERVER, KEY, place, said);
    await keys.forget(SERVER, said);
    expect(places()).toEqual([]);
    expect(keys.mark(SERVER)).toEqual({});
  }
});

it('a key is for its own server alone', async () => {
  const { open } = aFolder();
  const keys = await open(aVault());
  await keys.keep(SERVER, KEY, 'session', said);
  for (const other of ['http://models.example/v1', 'https://models.example:444/v1', 'https://models.example.net/v1'])
    expect(keys.mark(new URL(other))).toEqual({});
});

describe('a keyring that is locked', () => {
  /** One that answers only when it is unlocked, or refuses. */
  function aLockedVault(vault: KeyVault) {
    const waiting: { go: () => void; refuse: () => void }[] = [];
    const asked = () => waiting.length;
    const unlocked = (): Promise<void> =>
      new Promise((go, no) => waiting.push({ go, refuse: () => no(new Error('nobody unlocks it')) }));
    const locked: KeyVault = {
      backend: vault.backend,
      seal: (text) => unlocked().then(() => vault.seal(text)),
      open: (sealed) => unlocked().then(() => vault.open(sealed)),
    };
    return { locked, asked, answer: (how: 'go' | 'refuse') => waiting.at(-1)?.[how]() };
  }

  /** A key in a keyring that is locked now, and an engine that has started without it. */
  async function aLateKey() {
    const folder = aFolder();
    const vault = aVault();
    await (await folder.open(vault)).keep(SERVER, KEY, 'keyring', said);
    const program = new ProgramKeys();
    const locked = aLockedVault(vault);
    const clock = new FakeClock();
    const starting = folder.open(locked.locked, program, clock);
    clock.advance(1_000);
    const keys = await starting;
    const told: string[] = [];
    keys.onLate(() => told.push('late'));
    folder.hidden.length = 0;
    const openAgain = () => folder.open(locked.locked, program, clock);
    return { ...folder, ...locked, vault, program, clock, keys, told, openAgain };
  }

  it('holds up a start for a second; its answer is taken when it comes, once, and asked for once in a program', async () => {
    const { keys, told, answer, hidden, openAgain, asked } = await aLateKey();
    expect(keys.kept('keyring', SERVER)).toEqual({ key: null, why: expect.stringMatching(/does not answer/) });
    answer('go');
    await expect.poll(() => told).toEqual(['late']);
    expect(keys.kept('keyring', SERVER)).toEqual({ key: KEY });
    expect(hidden).toEqual([KEY]);
    keys.close();
    const again = await openAgain();
    expect(again.kept('keyring', SERVER)).toEqual({ key: KEY });
    again.onLate(() => told.push('again'));
    expect([told, asked()]).toEqual([['late'], 1]);
  });

  it('that answers before anybody listens is told of all the same', async () => {
    const { keys, answer } = await aLateKey();
    keys.onLate(said);
    answer('go');
    await expect.poll(() => keys.kept('keyring', SERVER)).toEqual({ key: KEY });
    const told: string[] = [];
    keys.onLate(() => told.push('late'));
    expect(told).toEqual(['late']);
  });

  it('tells nothing to an engine that has ended, and does not hold up its end', async () => {
    const { keys, told, answer, openAgain, clock } = await aLateKey();
    keys.close();
    const next = openAgain();
    answer('go');
    expect((await next).kept('keyring', SERVER)).toEqual({ key: KEY });
    expect([told, keys.kept('keyring', SERVER)]).toEqual([[], { key: null, why: expect.any(String) }]);
    expect(clock.monotonic()).toBe(1_000);
  });

  it('that refuses late changes no start, and is asked again at the next', async () => {
    const { keys, told, answer, openAgain, asked } = await aLateKey();
    answer('refuse');
    await expect
      .poll(() => keys.kept('keyring', SERVER))
      .toEqual({ key: null, why: expect.stringMatching(/is not opened/) });
    const next = openAgain();
    answer('go');
    expect((await next).kept('keyring', SERVER)).toEqual({ key: KEY });
    expect([told, asked()]).toEqual([[], 2]);
  });

  it('gives nothing back to a server whose key was given again meanwhile', async () => {
    const { keys, told, answer, openAgain } = await aLateKey();
    await keys.keep(SERVER, 'another', 'session', said);
    answer('go');
    expect((await openAgain()).mark(SERVER)).toEqual({ key_kept: 'session' });
    expect([told, keys.kept('session', SERVER)]).toEqual([[], { key: 'another' }]);
  });

  it('is waited for a minute for a key that is to be kept; what it seals later is nothing', async () => {
    const { open, names, path } = aFolder();
    mkdirSync(path('.'));
    const clock = new FakeClock();
    const { locked, asked, answer } = aLockedVault(aVault());
    const keys = await open(locked, new ProgramKeys(), clock);
    const kept = keys.keep(SERVER, KEY, 'keyring', said);
    const next = keys.keep(SERVER, 'the-next', 'file', said);
    const refused = expect(kept).rejects.toThrow(/did not take a key \(it does not answer\).*say where else/);
    await expect.poll(asked).toBe(1);
    clock.advance(59_999);
    expect(names()).toEqual([]);
    clock.advance(1);
    await refused;
    await next;
    answer('go');
    await expect.poll(asked).toBe(2);
    answer('go');
    await new Promise(setImmediate);
    expect(names()).toEqual(['https-models.example']);
  });

  it('lets the next engine go first where this one ends meanwhile', async () => {
    const { open, names, path } = aFolder();
    mkdirSync(path('.'));
    const { locked, asked } = aLockedVault(aVault());
    const program = new ProgramKeys();
    const keys = await open(locked, program);
    const sealing = expect(keys.keep(SERVER, KEY, 'keyring', said)).rejects.toThrow('started again meanwhile');
    const behind = expect(keys.forget(SERVER, said)).rejects.toThrow('started again meanwhile');
    await expect.poll(asked).toBe(1);
    keys.close();
    const next = await open(locked, program);
    await next.keep(SERVER, 'the-next', 'file', said);
    await Promise.all([sealing, behind]);
    expect(names()).toEqual(['https-models.example']);
  });

  it('is not asked for a server that no model names', async () => {
    const { open } = aFolder();
    const vault = aVault();
    const keys = await open(vault);
    await keys.keep(OTHER, KEY, 'keyring', said);
    const next = await open({ ...vault, open: never });
    expect([next.isUnasked(OTHER), next.mark(OTHER)]).toEqual([true, { key_kept: 'keyring' }]);
  });
});

describe('where it cannot be said where a key is', () => {
  const fails = (): never => {
    throw new Error('the disk is full');
  };
  const PLACES = ['keyring', 'file', 'session'] as const;

  it.each(PLACES.flatMap((from) => PLACES.map((to) => [from, to] as const)))(
    'the old one stays, and no new one: from %s to %s',
    async (from, to) => {
      const { open } = aFolder();
      const keys = await open(aVault());
      await keys.keep(SERVER, KEY, from, said);
      const before = keys.mark(SERVER);
      await expect(keys.keep(SERVER, 'another', to, fails)).rejects.toThrow('full');
      expect(keys.mark(SERVER)).toEqual(before);
      await expect(keys.forget(SERVER, fails)).rejects.toThrow('full');
      expect(keys.mark(SERVER)).toEqual(before);
    },
  );

  it.each(PLACES)('the first key to a server is nowhere: %s', async (place) => {
    const { open } = aFolder();
    const keys = await open(aVault());
    await expect(keys.keep(SERVER, KEY, place, fails)).rejects.toThrow('full');
    expect(keys.mark(SERVER)).toEqual({});
  });

  it('both places are there until it is said', async () => {
    const { open, names } = aFolder();
    const keys = await open(aVault());
    await keys.keep(SERVER, KEY, 'keyring', said);
    const seen = await keys.keep(SERVER, KEY, 'file', (mark) => [mark, names().sort()]);
    expect(seen).toEqual([
      { key_file: join('keys', 'https-models.example') },
      ['https-models.example', 'https-models.example.sealed'],
    ]);
    expect(names()).toEqual(['https-models.example']);
  });
});

it('keys to other servers are forgotten wherever they are; files of the user’s own stay', async () => {
  const { open, names, path } = aFolder();
  const program = new ProgramKeys();
  const keys = await open(aVault(), program);
  for (const [at, place] of ['file', 'keyring', 'session'].entries())
    for (const host of ['used', 'unused'])
      await keys.keep(new URL(`https://${host}-${at}.example`), KEY, place as 'file', said);
  for (const name of ['example', 'https-mine', 'https-unused-0.example.part']) writeFileSync(path(name), KEY);
  const used = [0, 1, 2].map((at) => new URL(`https://used-${at}.example`));
  keys.forgetAllBut(used, [path('https-mine')]);
  expect(names().sort()).toEqual(['example', 'https-mine', 'https-used-0.example', 'https-used-1.example.sealed']);
  expect([...program.session.keys()]).toEqual(['https-used-2.example']);
  expect(keys.kept('keyring', new URL('https://unused-1.example'))).toMatchObject({ key: null });
});
