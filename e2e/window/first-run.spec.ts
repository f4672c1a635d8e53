import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import { io } from 'socket.io-client';
import type { Status } from '../../core/contract/sidebar.ts';
import { closeFakeModels, type FakeModel, startFakeModel } from '../models/fake-model.ts';
import { freePort } from '../support/free-port.ts';
import { hasKeyring, startKeyring } from '../support/keyring.ts';
import {
  carelessAgents,
  echoesKey,
  echoingRedis,
  knock,
  logsOf,
  placesOf,
  plant,
  plantedSecrets,
  untilTold,
} from '../support/planted-secrets.ts';
import { reachOf, until } from '../support/program.ts';
import { csv, dayBars, drop, modelForm, openSettings, restarted, signal } from '../support/settings-page.ts';
import { type AuroraWindow, aWindowFolder, handOver, openWindow } from '../support/window.ts';

// Each test starts windows one after the other.
test.describe.configure({ timeout: 180_000 });
const closers: (() => unknown)[] = [];
test.afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeFakeModels();
});

const START_MS = 60_000;
const aKey = (): string => `k${crypto.randomUUID().replaceAll('-', '')}`;

/** A window that is up, and its page. Its port is its own: another program's engine must not take it at a restart. */
async function opened(data: string, args: readonly string[] = [], env?: Record<string, string>): Promise<AuroraWindow> {
  const window = await openWindow(data, ['--port', await freePort(), ...args], undefined, env);
  closers.push(() => window.app.close().catch(() => {}));
  await expect(window.page.getByRole('status').first()).toHaveText('Live', { timeout: START_MS });
  return window;
}

/** A data folder whose engine waits for no market. */
function anEmptyFolder(): string {
  const data = aWindowFolder();
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ feed: 'none' }));
  handOver(data);
  return data;
}

const asOperator = (data: string) => ({ authorization: `Bearer ${reachOf(data).tokens.operator}` });
const status = async (data: string): Promise<Status> => {
  const { url } = reachOf(data);
  return (await (await fetch(`${url}/api/status`, { headers: asOperator(data) })).json()) as Status;
};

/** Has the model asked for an analysis; resolves with the key that it was shown. */
async function keyShownTo(model: FakeModel, data: string): Promise<string | undefined> {
  const before = model.heard.length;
  await until(
    'the model to be asked',
    async () => {
      // Not before the built-in analyst is there; a restart may be on its way.
      if (model.heard.length > before) return true;
      await submit(data).catch(() => {});
      return false;
    },
    START_MS,
  );
  return model.heard.at(-1)?.headers.authorization;
}

async function submit(data: string): Promise<void> {
  const body = JSON.stringify({ task_type: 'trading_analysis', symbol: 'A/B', timeframe: '5m' });
  const headers = { ...asOperator(data), 'idempotency-key': `at-${Math.floor(Date.now() / 1_000)}` };
  await fetch(`${reachOf(data).url}/api/tasks`, { method: 'POST', headers, body });
}

/** A file as it is; empty where a running program has taken it away meanwhile. */
function bytesOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Every file of a folder as bytes. */
const filesOf = (data: string): [name: string, bytes: string][] =>
  readdirSync(data, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, bytesOf(path)]);
const holding = (data: string, secret: string): string[] =>
  filesOf(data).flatMap(([name, bytes]) => (bytes.includes(secret) ? [name] : []));

/** All that a page can get hold of: itself, what the window gives it, and what the engine answers an operator. */
async function withinReach(page: Page, data: string): Promise<string> {
  const given = await page.evaluate(async () => {
    const { aurora } = window;
    if (!aurora) return '';
    const watched = (watch: (listener: (state: unknown) => void) => void): Promise<unknown> => new Promise(watch);
    const told = [watched(aurora.watchEngine), watched(aurora.watchUpdate), aurora.windowSettings()];
    const stored = [localStorage, sessionStorage].map((storage) => JSON.stringify(storage));
    const typed = [...document.querySelectorAll('input')].map(({ value }) => value);
    return JSON.stringify([await Promise.all(told), stored, typed, location.href]);
  });
  const answers = await Promise.all(
    ['settings', 'status', 'diagnostics', 'export?format=jsonl', 'tasks?limit=500', 'results?limit=500'].map(
      async (path) => {
        const answer = await fetch(`${reachOf(data).url}/api/${path}`, { headers: asOperator(data) });
        expect([path, answer.status]).toEqual([path, 200]);
        return answer.text();
      },
    ),
  );
  return [await page.content(), given, ...answers].join('\n');
}

test('from the first start to the first signal of one’s own symbol: by file, and by drop', async () => {
  const data = aWindowFolder();
  const { app, page } = await opened(data);
  const began = Date.now();
  const dialog = await openSettings(page);
  const market = dialog.getByRole('region', { name: 'Market data' });
  await market.getByLabel('CSV file of bars').setInputFiles(csv('GOLD-1d.csv', dayBars(60)));
  await expect(market.getByText('GOLD: 60 bars of 1d are replayed now.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(signal(page, 'GOLD')).toBeVisible({ timeout: 30_000 });
  expect(Date.now() - began).toBeLessThan(60_000);
  await drop(page, 'SILVER-1d.csv', dayBars(50));
  await expect(signal(page, 'SILVER')).toBeVisible({ timeout: 30_000 });
  await app.close();
});

test('without a keyring a key is kept nowhere before it is said where: for a session, or in a file', async () => {
  const data = anEmptyFolder();
  const model = await startFakeModel();
  const key = aKey();
  const first = await opened(data);
  const { form, name, key: field } = modelForm(await openSettings(first.page), 'Model');
  const save = form.getByRole('button', { name: 'Save model' });
  await name.fill(`big@${model.url}`);
  await field.fill(key);
  await expect(form.getByText('This system has no keyring that Aurora can use')).toBeVisible();
  const places = form.getByRole('group', { name: 'Where to keep it' }).getByRole('radio');
  await expect(places).toHaveCount(2);
  await expect(places.and(form.locator(':checked'))).toHaveCount(0);
  await save.click();
  await expect(places.first()).toBeFocused();
  expect([existsSync(join(data, 'keys')), existsSync(join(data, 'models.json'))]).toEqual([false, false]);

  await form.getByRole('radio', { name: 'For this session only' }).check();
  await restarted(data, () => save.click());
  await expect(form.getByPlaceholder('for this session')).toHaveValue('');
  expect(await keyShownTo(model, data)).toBe(`Bearer ${key}`);
  expect(holding(data, key)).toEqual([]);
  const reached = await withinReach(first.page, data);
  expect(reached).toContain('"session"');
  expect(reached).not.toContain(key);
  await first.app.close();
  expect(holding(data, key)).toEqual([]);

  const second = await opened(data);
  const why = /The key to big@127\.0\.0\.1:\d+ was kept for one session, which is over/;
  await expect(second.page.getByRole('paragraph').filter({ hasText: why })).toContainText(
    ': give it again in Settings',
  );
  const asked = model.heard.length;
  await submit(data);
  await expect.poll(async () => (await status(data)).waiting[0]?.reason, { timeout: START_MS }).toBe('sovereign_open');
  expect(model.heard.length).toBe(asked);
  const again = modelForm(await openSettings(second.page), 'Model');
  await expect(again.form.getByText(why)).toContainText('. Enter it again below.');
  await again.key.fill(key);
  await again.form.getByRole('radio', { name: 'In a file that only you can read' }).check();
  await restarted(data, () => again.form.getByRole('button', { name: 'Save model' }).click());
  await expect(again.form.getByPlaceholder('in a file only you can read')).toBeVisible();
  await expect(second.page.getByText(why)).toHaveCount(0);
  expect(await keyShownTo(model, data)).toBe(`Bearer ${key}`);
  const [file = '', ...more] = holding(data, key);
  expect([more, statSync(file).mode & 0o777]).toEqual([[], 0o600]);
  expect(await withinReach(second.page, data)).not.toContain(key);

  await restarted(data, () => again.form.getByRole('button', { name: 'Take the key away from the model' }).click());
  await expect(again.form.getByPlaceholder('none')).toBeFocused();
  expect(holding(data, key)).toEqual([]);
  await second.app.close();
});

const inKeyring = async (): Promise<void> => {
  const data = anEmptyFolder();
  const model = await startFakeModel();
  const key = aKey();
  const keyring = await startKeyring();
  closers.push(keyring.close);
  const start = (): Promise<AuroraWindow> => opened(data, keyring.args, keyring.env);
  const sealed = join(data, 'keys', `http-127.0.0.1_${new URL(model.url).port}.sealed`);
  const lost = (page: Page, why: string) =>
    expect(page.getByText(new RegExp(`The key to big@\\S+ ${why}.*: give it again in Settings`))).toBeVisible();
  const set = async ({ page }: AuroraWindow): Promise<void> => {
    const { form, name, key: field } = modelForm(await openSettings(page), 'Model');
    await name.fill(`big@${model.url}`);
    await field.fill(key);
    await expect(form.getByRole('radio', { name: "In the system's keyring" })).toBeChecked();
    await restarted(data, () => form.getByRole('button', { name: 'Save model' }).click());
    await expect(form.getByPlaceholder("in the system's keyring")).toHaveValue('');
  };
  const first = await start();
  await set(first);
  expect(await keyShownTo(model, data)).toBe(`Bearer ${key}`);
  expect(await withinReach(first.page, data)).not.toContain(key);
  await first.app.close();
  const file = JSON.parse(readFileSync(sealed, 'utf8')) as { backend: string; sealed: string };
  expect(file).toEqual({
    backend: expect.stringMatching(/^(keyring|gnome_libsecret)$/),
    sealed: expect.any(String),
  });
  const bytes = Buffer.from(file.sealed, 'base64');
  expect([statSync(sealed).mode & 0o777, bytes.includes(key), holding(data, key)]).toEqual([0o600, false, []]);

  const second = await start();
  expect(await keyShownTo(model, data)).toBe(`Bearer ${key}`);
  await second.app.close();

  const withoutKeyring = await opened(data);
  await lost(withoutKeyring.page, 'was sealed by a keyring \\(\\w+\\), and there is none here now');
  await withoutKeyring.app.close();

  // One bit of it is not as it was.
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(sealed, JSON.stringify({ ...file, sealed: bytes.toString('base64') }));
  const third = await start();
  await lost(third.page, 'is not opened by the keyring');
  await set(third);
  await expect(third.page.getByText('is not opened by the keyring')).toHaveCount(0);
  expect(await keyShownTo(model, data)).toBe(`Bearer ${key}`);
  await third.app.close();
};
// Not every machine has one that can be started; scripts/equipment.mjs says so then.
if (hasKeyring)
  test('in a keyring a key is sealed, used after a restart, and asked for again where it cannot be opened', inKeyring);

test('a token is made, lets an agent in, and is revoked while that is connected: it is told why, and stays out', async () => {
  const data = anEmptyFolder();
  const { app, page } = await opened(data);
  const dialog = await openSettings(page);
  await dialog.getByLabel('Agent', { exact: true }).fill('my-agent');
  await dialog.getByRole('button', { name: 'Create a token' }).click();
  const token = (await dialog.getByRole('status').locator('code').textContent()) ?? '';
  const agent = io(`${reachOf(data).url}/agents`, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    auth: { token, protocol: 1, agent_id: 'my-agent', instance: 'one', capabilities: {} },
  });
  const heard: unknown[] = [];
  agent.on('refused', (why) => heard.push(why));
  const ended = new Promise<string>((resolve) => agent.once('disconnect', resolve));
  const standing = async () => (await status(data)).agents.find(({ agent_id }) => agent_id === 'my-agent')?.state;
  await expect.poll(standing).toBe('idle');

  await dialog.getByRole('button', { name: 'Revoke my-agent' }).click();
  await expect(dialog.getByText("The token of my-agent is nobody's now, and its connections are cut.")).toBeVisible();
  expect(await ended).toBe('io server disconnect');
  expect(heard).toEqual([expect.objectContaining({ ok: false, code: 'unauthorized', retry: false })]);
  await expect(dialog.getByRole('button', { name: 'Revoke my-agent' })).toHaveCount(0);
  const refused = new Promise<unknown>((resolve) => agent.once('connect_error', (error) => resolve(error)));
  agent.connect();
  expect(await refused).toMatchObject({ data: { code: 'unauthorized', retry: false } });
  await expect.poll(standing).not.toBe('idle');
  expect(await page.content()).not.toContain(token);
  agent.close();
  await app.close();
});

test('copied diagnostics hold none of the secrets that were in use', async () => {
  const data = aWindowFolder();
  const secrets = plantedSecrets();
  const [first, second] = [await startFakeModel(), await startFakeModel()];
  for (const model of [first, second]) model.plays(echoesKey);
  plant(data, secrets, [first.url, second.url]);
  handOver(data);
  const redis = await echoingRedis(secrets);
  const keyring = hasKeyring ? await startKeyring() : null;
  closers.push(redis.close, () => keyring?.close());
  const env = { AURORA_MODEL_KEY: secrets.modelKey, OPENAI_API_KEY: secrets.unusedKey, AURORA_REDIS: redis.url };
  const { app, page } = await opened(data, keyring?.args, { ...keyring?.env, ...env });
  expect(await keyShownTo(first, data)).toBe(`Bearer ${secrets.modelKey}`);
  expect(await keyShownTo(second, data)).toBe(`Bearer ${secrets.keyFile}`);

  const dialog = await openSettings(page);
  const { form, name, key } = modelForm(dialog, 'Model');
  const save = form.getByRole('button', { name: 'Save model' });
  for (const one of [secrets.replacedKey, secrets.setKey]) {
    await key.fill(one);
    if (!keyring) await form.getByRole('radio', { name: 'In a file that only you can read' }).check();
    await restarted(data, () => save.click());
  }
  expect(await keyShownTo(first, data)).toBe(`Bearer ${secrets.setKey}`);
  await name.fill(`m@https://user:${secrets.inAddress}@models.example/v1`);
  await save.click();
  await expect(form.getByText('has more in it than host and path')).toBeVisible();
  await name.fill(`first@${first.url}`);

  const windowToken = await page.evaluate(
    () =>
      new Promise<string>((resolve) =>
        window.aurora?.watchEngine((state) => resolve((state as { token?: string }).token ?? '')),
      ),
  );
  expect(windowToken).toMatch(/^[\w-]{43}$/);
  const reach = reachOf(data);
  await knock(reach, secrets);
  closers.push((await carelessAgents(reach, secrets, [windowToken])).close);
  const planted = [...Object.values(secrets), windowToken];
  expect(new Set(planted).size).toBeGreaterThanOrEqual(12);
  await untilTold(() => status(data), planted);
  await until('Redis to have said what it was told', () => logsOf(data).includes('WRONGPASS'), START_MS);

  await dialog.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(dialog.getByText(/^Copied/)).toBeVisible();
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(JSON.parse(copied)).toMatchObject({ aurora: '0.1.0', settings: { model: { from: 'settings' } } });
  expect(placesOf({ ...secrets, windowToken }, copied)).toEqual([]);
  expect(placesOf({ ...secrets, windowToken }, logsOf(data))).toEqual([]);
  expect(copied).toMatch(/HTTP 401 for Bearer \[hidden\]/);
  expect(copied).toMatch(/WRONGPASS .*\[hidden\]/);
  await app.close();
});
