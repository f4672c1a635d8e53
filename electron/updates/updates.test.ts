import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { UpdateState } from '../../core/contract/window.ts';
import { Attempt } from './attempt.ts';
import { type Updater, type UpdateStep, Updates } from './updates.ts';

const NEWER = { version: '2.0.0', notes: null };
const STEPS: readonly UpdateStep[] = ['check', 'fetch', 'restart'];

/** A place that offers 2.0.0, and what of it fails. */
function anUpdater(faults: Partial<Updater> = {}): Updater {
  return {
    check: async () => NEWER,
    fetch: async (onPercent) => [33.3, 100].forEach(onPercent),
    assertInstallable: () => {},
    install: async () => {},
    ...faults,
  };
}

function someUpdates({ elsewhere = null as string | null, updater = anUpdater() } = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'aurora-updates-')), 'update.json');
  const told: UpdateState[] = [];
  let made = 0;
  let left: (() => Promise<void>) | null = null;
  const updates = new Updates({
    version: '1.0.0',
    elsewhere,
    updater: async () => {
      made += 1;
      return updater;
    },
    attempt: new Attempt(file),
    leave: (then) => {
      left = then;
    },
    onState: (state) => told.push(state),
  });
  return { updates, told, made: () => made, file, left: () => left };
}

it('an installation that is renewed elsewhere makes no updater, whatever is asked', async () => {
  const { updates, made, told } = someUpdates({ elsewhere: 'by the package manager' });
  for (const step of STEPS) await updates.step(step);
  expect(updates.state).toEqual({ is: 'elsewhere', message: 'by the package manager' });
  expect([made(), told]).toEqual([0, []]);
});

it('one step a call, with how far it is, and no restart before the work has ended', async () => {
  const { updates, told, left, file } = someUpdates();
  for (const step of STEPS) await updates.step(step);
  expect(told).toEqual([
    { is: 'checking' },
    { is: 'found', ...NEWER },
    { is: 'fetching', version: '2.0.0', percent: 0 },
    { is: 'fetching', version: '2.0.0', percent: 33 },
    { is: 'fetching', version: '2.0.0', percent: 100 },
    { is: 'fetched', version: '2.0.0' },
    { is: 'restarting', version: '2.0.0' },
  ]);
  expect(left()).not.toBeNull();
  expect(existsSync(file)).toBe(true);
});

it('a step out of turn changes nothing', async () => {
  const { updates, told } = someUpdates();
  await updates.step('restart');
  await updates.step('fetch');
  expect([updates.state, told]).toEqual([{ is: 'idle' }, []]);
});

it('what could not be put in place is said before any work has ended', async () => {
  const assertInstallable = () => {
    throw new Error('you may not write there');
  };
  const { updates, left, file } = someUpdates({ updater: anUpdater({ assertInstallable }) });
  for (const step of STEPS) await updates.step(step);
  expect(updates.state).toEqual({ is: 'failed', message: 'you may not write there' });
  expect([left(), existsSync(file)]).toEqual([null, false]);
});

it('a fetch that fails says why in one line', async () => {
  const fetch = () =>
    Promise.reject(new Error('404 "method: GET url: https://aurora.example"\nHeaders: {\n  "x": "y"\n}'));
  const { updates } = someUpdates({ updater: anUpdater({ fetch }) });
  await updates.step('check');
  await updates.step('fetch');
  expect(updates.state).toEqual({ is: 'failed', message: '404 "method: GET url: https://aurora.example"' });
});

it('an installation that fails is told of by the next start, and can be looked for again', async () => {
  const install = () => Promise.reject(new Error('the disk is full'));
  const { updates, left, file } = someUpdates({ updater: anUpdater({ install }) });
  for (const step of STEPS) await updates.step(step);
  await expect(left()?.()).rejects.toThrow('the disk is full');
  const next = new Updates({
    version: '1.0.0',
    elsewhere: null,
    updater: async () => anUpdater(),
    attempt: new Attempt(file),
    leave: () => {},
    onState: () => {},
  });
  expect(next.state).toMatchObject({ is: 'failed', message: expect.stringContaining('the disk is full') });
  await next.step('check');
  expect(next.state).toEqual({ is: 'found', ...NEWER });
});
