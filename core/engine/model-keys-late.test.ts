import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import type { ShownSettings } from '../contract/settings.ts';
import { prepareDataFolder } from './data-folder.ts';
import { Doorway } from './doorway.ts';
import type { Engine } from './engine.ts';
import { keepEngine } from './kept-engine.ts';
import { openLog } from './log.ts';
import { ProgramKeys } from './model-keys-program.ts';
import { writePrivately } from './private-file.ts';
import { thiefOf } from './testing/thief.ts';

const KEY = 'k5-unheard-of-and-long';
const ADDRESS = 'http://127.0.0.1:9/v1';

/** A program whose model's key is in a keyring that waits for its user. */
async function aProgram(agents = true) {
  const data = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  prepareDataFolder(data);
  mkdirSync(join(data, 'keys'));
  const sealed = join(data, 'keys', 'http-127.0.0.1_9.sealed');
  writeFileSync(sealed, '{"backend":"test_keyring","sealed":"AAAA"}');
  writePrivately(join(data, 'models.json'), { primary: { model: `m@${ADDRESS}`, key_kept: 'keyring' } });
  const log = await openLog(data);
  const ready: Engine[] = [];
  const asked: ((key: string) => void)[] = [];
  const sealing: ((sealed: Uint8Array) => void)[] = [];
  const core = (path: string): URL => new URL(`../${path}`, import.meta.url);
  const kept = keepEngine(
    {
      name: 'a test',
      data,
      feed: { is: 'none' },
      agents,
      speed: 1,
      port: 0,
      doorway: new Doorway(),
      programKeys: new ProgramKeys(),
      openVault: async () => ({
        backend: 'test_keyring',
        seal: () => new Promise((resolve) => sealing.push(resolve)),
        open: () => new Promise((resolve) => asked.push(resolve)),
      }),
      files: {
        page: '',
        series: fileURLToPath(core('market/series')),
        writer: core('store/writer-thread.ts'),
        upkeep: core('store/upkeep-thread.ts'),
      },
      version: 'a test',
      log,
    },
    { onState: () => {}, onReady: (engine) => void ready.push(engine) },
  );
  onTestFinished(async () => {
    await kept.close();
    log.close();
  });
  const model = async (): Promise<ShownSettings['settings']['model']> => {
    const [engine] = ready;
    const headers = { authorization: `Bearer ${engine?.tokens.operator}` };
    const answer = await fetch(`${engine?.url}/api/settings`, { headers });
    return ((await answer.json()) as ShownSettings).settings.model;
  };
  const starts = (count: number) => expect.poll(() => ready.length, { timeout: 30_000 }).toBe(count);
  const setKey = (): void => {
    const [engine] = ready;
    const auth = { token: engine?.tokens.operator, protocol: 1 };
    const operator = io(`${engine?.url}/sidebar`, { transports: ['websocket'], auth });
    onTestFinished(() => void operator.close());
    operator.emit('command', { name: 'set_key', args: { model: `m@${ADDRESS}`, key: KEY } }, () => {});
  };
  return { kept, ready, asked, sealing, model, starts, setKey, sealed: () => readFileSync(sealed, 'utf8') };
}

it('an engine starts without the keyring’s answer, and once again with it, at the same address', async () => {
  const { ready, asked, model, starts } = await aProgram();
  await starts(1);
  expect(await model()).toMatchObject({ key: 'none', key_lost: expect.stringMatching(/waits for the keyring/) });
  const thief = thiefOf(Number(new URL(ready[0]?.url ?? '').port));
  onTestFinished(thief.stop);
  asked[0]?.(KEY);
  await starts(2);
  expect([ready[1]?.url, thief.hasIt()]).toEqual([ready[0]?.url, false]);
  expect(await model()).toMatchObject({ key: 'keyring', key_lost: null });
  expect([ready.length, asked.length]).toEqual([2, 1]);
});

it('an engine without agents asks no keyring, and its key is where it is', async () => {
  const { asked, model, starts } = await aProgram(false);
  await starts(1);
  expect(await model()).toMatchObject({ key: 'keyring', key_lost: null });
  expect(asked).toEqual([]);
});

it('an engine ends while the keyring is asked, and what that answers then is nothing', async () => {
  const { kept, asked, sealing, starts, ready, setKey, sealed } = await aProgram();
  await starts(1);
  setKey();
  await expect.poll(() => sealing.length).toBe(1);
  await kept.close();
  const before = sealed();
  sealing[0]?.(Buffer.from('another'));
  asked[0]?.(KEY);
  await expect.poll(() => asked.length).toBe(2);
  asked[1]?.(KEY);
  await new Promise(setImmediate);
  expect([ready.length, sealed()]).toEqual([1, before]);
});
