import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from './store.ts';
import { aFolder, completed, submitted } from './testing/facts.ts';

const writerEntry = new URL('./writer-thread.ts', import.meta.url);

async function aStore(folder = aFolder()) {
  const store = await openStore({ folder, origin: 'live', writerEntry });
  onTestFinished(() => store.close());
  return store;
}

describe('the store', () => {
  it('commits in the order that it was asked, several callers in one transaction', async () => {
    const store = await aStore();
    const asked = Array.from({ length: 50 }, (_, n) =>
      store.commit([submitted(`t${n}`), completed(`t${n}`, { at: n })]),
    );
    const outcomes = await Promise.all(asked);
    expect(outcomes.map(([, done]) => (done?.ok ? done.offset : done))).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    expect(store.reader.lastOffset()).toBe(50);
  });

  it('tells of new results after their commit, and of nothing else', async () => {
    const store = await aStore();
    const told: number[] = [];
    store.onAppended(() => told.push(store.reader.lastOffset()));
    await store.commit([submitted('t1')]);
    expect(told).toEqual([]);
    await store.commit([completed('t1')]);
    await store.commit([completed('t1')]);
    expect(told).toEqual([1]);
  });

  it('refuses what comes after its end, and has then stored all that came before', async () => {
    const folder = aFolder();
    const store = await aStore(folder);
    const pending = store.commit([submitted('t1'), completed('t1')]);
    const closed = store.close();
    expect(await pending).toMatchObject([{ ok: true }, { ok: true, offset: 1 }]);
    await closed;
    expect(await store.commit([submitted('t2')])).toMatchObject([{ ok: false, message: 'the store is closed' }]);
    expect((await aStore(folder)).reader.lastOffset()).toBe(1);
  });

  it('says why it cannot be opened', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'a-file'), '');
    await expect(openStore({ folder: join(folder, 'a-file', 'under'), origin: 'live', writerEntry })).rejects.toThrow(
      /cannot be made .* choose another with --data/,
    );
    mkdirSync(join(folder, 'aurora.db'));
    await expect(openStore({ folder, origin: 'live', writerEntry })).rejects.toThrow(
      /aurora\.db cannot be used \(.*\): the data folder cannot be written to: see that it is there and writable/,
    );
  });
});
