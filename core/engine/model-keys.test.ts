import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import type { KeyVault, SessionKeys } from './key-vault.ts';
import { ModelKeys } from './model-keys.ts';

const KEY = 'k3-unheard-of-and-long';
const SERVER = new URL('https://models.example/v1');

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
    open: (vault: KeyVault | null | undefined, session: SessionKeys = new Map(), clock = systemClock()) =>
      ModelKeys.open({ data, vault, session, clock, hide: (secret) => hidden.push(secret) }),
  };
}

describe('a key in the keyring', () => {
  it('is there at the next start, and is in no file', async () => {
    const { open, names, path, bytes, hidden } = aFolder();
    const vault = aVault();
    const keys = await open(vault);
    expect(keys.places).toEqual({ can: ['keyring', 'session', 'file'], usual: 'keyring', note: null });
    await keys.keep(SERVER, KEY, undefined);
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
    await (await open(vault)).keep(SERVER, KEY, 'keyring');
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
    await keys.keep(SERVER, KEY, undefined);
    expect((await open(vault)).kept('keyring', SERVER)).toEqual({ key: KEY });
  });

  it('is not waited for longer than a start may take', async () => {
    const { open } = aFolder();
    const vault = aVault();
    await (await open(vault)).keep(SERVER, KEY, 'keyring');
    const asked: number[] = [];
    const clock = {
      ...systemClock(),
      after: (ms: number, run: () => void) => {
        asked.push(ms);
        queueMicrotask(run);
        return () => {};
      },
    };
    const keys = await open({ ...vault, open: () => new Promise(() => {}) }, new Map(), clock);
    expect(asked).toEqual([10_000]);
    expect(keys.kept('keyring', SERVER)).toEqual({ key: null, why: expect.stringMatching(/does not answer/) });
  });

  it.each<[string, Partial<KeyVault>]>([
    ['does not seal', { seal: async () => Promise.reject(new Error('it is locked')) }],
    ['seals what it cannot open', { open: async () => Promise.reject(new Error('it is locked')) }],
    ['gives back something else', { open: async () => 'it is locked' }],
  ])(
    'is refused where the keyring %s, and the old one stays until there is another place for it',
    async (_how, bad) => {
      const { open, names, bytes } = aFolder();
      await (await open(undefined)).keep(SERVER, 'the-old-key', 'file');
      const keys = await open({ ...aVault(), ...bad });
      await expect(keys.keep(SERVER, KEY, undefined)).rejects.toMatchObject({
        code: 'AURORA_USAGE',
        message: expect.stringMatching(/did not take a key .*say where else/),
      });
      expect(bytes()).toEqual(['the-old-key']);
      expect(keys.places).toMatchObject({ usual: null, note: expect.stringMatching(/did not take a key/) });
      await keys.keep(SERVER, KEY, 'session');
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
    await expect(keys.keep(SERVER, KEY, undefined)).rejects.toThrow('say where the key is to be kept');
    await expect(keys.keep(SERVER, KEY, 'keyring')).rejects.toThrow('there is no keyring here');
    expect(names()).toEqual([]);
    expect(keys.mark(SERVER)).toEqual({});
  });

  it('a key for this session is in no file, and is lost with the session', async () => {
    const { open, names, path } = aFolder();
    mkdirSync(path('.'));
    const session: SessionKeys = new Map();
    await (await open(null, session)).keep(SERVER, KEY, 'session');
    expect(names()).toEqual([]);
    const again = await open(null, session);
    expect(again.mark(SERVER)).toEqual({ key_kept: 'session' });
    expect(again.kept('session', SERVER)).toEqual({ key: KEY });
    const next = await open(null);
    expect(next.kept('session', SERVER)).toEqual({ key: null, why: expect.stringMatching(/session, which is over/) });
  });

  it('a program without a window keeps keys in files, as it always has', async () => {
    const { open, path, bytes } = aFolder();
    const keys = await open(undefined);
    await keys.keep(SERVER, KEY, undefined);
    expect(bytes()).toEqual([KEY]);
    expect(statSync(path('https-models.example')).mode & 0o777).toBe(0o600);
    expect(keys.mark(SERVER)).toEqual({ key_file: join('keys', 'https-models.example') });
  });
});

it('a key is in one place at a time, and in none once it is taken away', async () => {
  const { open, names } = aFolder();
  const session: SessionKeys = new Map();
  const keys = await open(aVault(), session);
  const places = () => [...names(), ...session.keys()];
  await keys.keep(SERVER, KEY, 'file');
  expect(places()).toEqual(['https-models.example']);
  await keys.keep(SERVER, KEY, 'keyring');
  expect(places()).toEqual(['https-models.example.sealed']);
  await keys.keep(SERVER, KEY, 'session');
  expect(places()).toEqual(['https-models.example']);
  expect(names()).toEqual([]);
  for (const place of ['file', 'keyring', 'session'] as const) {
    await keys.keep(SERVER, KEY, place);
    keys.forget(SERVER);
    expect(places()).toEqual([]);
    expect(keys.mark(SERVER)).toEqual({});
  }
});

it('a key is for its own server alone', async () => {
  const { open } = aFolder();
  const keys = await open(aVault());
  await keys.keep(SERVER, KEY, 'session');
  for (const other of ['http://models.example/v1', 'https://models.example:444/v1', 'https://models.example.net/v1'])
    expect(keys.mark(new URL(other))).toEqual({});
});
