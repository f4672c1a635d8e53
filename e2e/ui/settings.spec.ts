import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { io } from 'socket.io-client';
import type { Status } from '../../core/contract/sidebar.ts';
import { aFolder } from '../support/folders.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { csv, dayBars, drop, modelForm, openSettings, restarted, signal } from '../support/settings-page.ts';
import { isOfAbsence, openSidebar } from '../support/sidebar-page.ts';
import { aWindowFolder, handOver, openWindow } from '../support/window.ts';

/** An engine with an empty list, as somebody has it who was told to wait for no market. */
async function anEmptyStart(args: readonly string[] = []): Promise<Program> {
  const data = aFolder();
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ feed: 'none' }));
  return startProgram(args, data);
}

test('from an empty sidebar to the first signal of one’s own symbol, by file and by drop', async ({ page }) => {
  const program = await anEmptyStart();
  const { complaints } = await openSidebar(page, program);
  await expect(page.getByRole('heading', { name: 'No signals yet' })).toBeVisible();
  const began = Date.now();
  const input = page.getByLabel('CSV file of bars');

  await input.setInputFiles(csv('GOLD-1d.csv', `${dayBars(40)}\n2024-01-01,nonsense`));
  await expect(page.getByText('GOLD-1d.csv, line 42')).toBeVisible();
  await input.setInputFiles(csv('GOLD-1d.csv', dayBars(60)));
  await expect(signal(page, 'GOLD')).toBeVisible({ timeout: 30_000 });
  expect(Date.now() - began).toBeLessThan(60_000);

  await drop(page, 'SILVER-1d.csv', dayBars(50));
  await expect(page.getByText('SILVER: 50 bars of 1d are replayed now.')).toBeVisible();
  await expect(signal(page, 'SILVER')).toBeVisible({ timeout: 30_000 });
  expect(complaints.filter((one) => !isOfAbsence(one) && !one.includes('status of 400'))).toEqual([]);
  await program.stop();
});

test('a key is set and never readable again, and taken away; a model says where its key is', async ({ page }) => {
  const program = await anEmptyStart();
  await openSidebar(page, program);
  const dialog = await openSettings(page);
  const { form, name, key: field } = modelForm(dialog, 'Model');
  const key = `k${crypto.randomUUID().replaceAll('-', '')}`;
  await name.fill('big@http://127.0.0.1:9/v1');
  await field.fill(key);
  const places = form.getByRole('group', { name: 'Where to keep it' });
  await expect(places.getByRole('radio')).toHaveCount(2);
  await expect(places.getByRole('radio', { name: 'In a file that only you can read' })).toBeChecked();
  await restarted(program.data, async () => {
    await form.getByRole('button', { name: 'Save model' }).click();
    await expect(form.getByText('Saved. The engine starts again.')).toBeVisible();
  });
  await expect(form.getByPlaceholder('in a file only you can read')).toHaveValue('');

  await page.reload();
  await openSettings(page);
  await expect(field).toHaveValue('');
  expect(await page.content()).not.toContain(key);
  const told = await Promise.all(
    ['settings', 'diagnostics', 'status'].map(async (path) => {
      const answer = await fetch(`${program.url}/api/${path}`, {
        headers: { authorization: `Bearer ${program.tokens.operator}` },
      });
      return answer.text();
    }),
  );
  expect(told.join()).toContain('"file"');
  expect(told.join()).not.toContain(key);
  const folder = join(program.data, 'keys');
  expect(readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual([key]);

  await form.getByRole('button', { name: 'Take the key away from the model' }).click();
  await expect(form.getByText('The key is taken away. The engine starts again.')).toBeVisible();
  await expect(form.getByPlaceholder('none')).toBeFocused();
  await expect(form.getByRole('button', { name: 'Take the key' })).toHaveCount(0);
  expect(readdirSync(folder)).toEqual([]);
  await program.stop();
});

test('a key that was for one session has to be given again, and everything else goes on', async ({ page }) => {
  const data = aFolder();
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ feed: 'none' }));
  writeFileSync(join(data, 'models.json'), JSON.stringify({ primary: { model: 'openai:m', key_kept: 'session' } }));
  const program = await startProgram([], data);
  await openSidebar(page, program);
  const why = 'The key to openai:m was kept for one session, which is over';
  await expect(page.getByRole('paragraph').filter({ hasText: why })).toContainText(': give it again in Settings');
  const { form, key } = modelForm(await openSettings(page), 'Model');
  await expect(form.getByText(`${why}. Enter it again below.`)).toBeVisible();
  await key.fill('a-key-of-another-day');
  await key.press('Tab');
  await expect(form.getByRole('radio', { checked: true })).toBeFocused();
  await form.getByRole('radio', { name: 'For this session only' }).check();
  await form.getByRole('button', { name: 'Save model' }).click();
  await expect(form.getByPlaceholder('for this session')).toBeVisible();
  await expect(page.getByText(why)).toHaveCount(0);
  await program.stop();
});

test('a key that is set for a model that is refused is not kept, and stays in its field', async ({ page }) => {
  const program = await anEmptyStart();
  await openSidebar(page, program);
  const { form, name, key } = modelForm(await openSettings(page), 'Fallback');
  await name.fill('groq:m');
  await key.fill('a-key-of-another-day');
  await form.getByRole('button', { name: 'Save fallback' }).click();
  await expect(form.getByText('a fallback needs a model before it')).toBeVisible();
  await expect(key).toHaveValue('a-key-of-another-day');
  expect(readdirSync(join(program.data, 'keys'))).toEqual([]);
  await program.stop();
});

test('a token is made, shown once, and revoked while its agent is connected', async ({ page }) => {
  const program = await anEmptyStart();
  await openSidebar(page, program);
  const dialog = await openSettings(page);
  await dialog.getByLabel('Agent', { exact: true }).fill('my-agent');
  await dialog.getByRole('button', { name: 'Create a token' }).click();
  const token = (await dialog.getByRole('status').locator('code').textContent()) ?? '';
  const agent = io(`${program.url}/agents`, {
    transports: ['websocket'],
    reconnection: false,
    auth: { token, protocol: 1, agent_id: 'my-agent', instance: 'one', capabilities: {} },
  });
  const refused = new Promise((resolve) => agent.once('refused', resolve));
  await until('the agent to be in', async () => {
    const { agents } = await program.get<Status>('/api/status');
    return agents.some(({ agent_id, state }) => agent_id === 'my-agent' && state === 'idle');
  });
  await dialog.getByRole('button', { name: 'Revoke my-agent' }).click();
  await expect(dialog.getByText("The token of my-agent is nobody's now")).toBeVisible();
  expect(await refused).toMatchObject({ code: 'unauthorized', retry: false });
  await expect(dialog.getByRole('button', { name: 'Revoke my-agent' })).toHaveCount(0);
  await expect(dialog.getByText(token)).toHaveCount(0);
  await program.stop();
});

test('a backup is made, diagnostics are copied, a theme is kept; what the command line says stays', async ({
  page,
  context,
}) => {
  const program = await startProgram(['--feed', 'none', '--analyse', '1h']);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.emulateMedia({ colorScheme: 'dark' });
  await openSidebar(page, program);
  const dialog = await openSettings(page);
  await expect(dialog.getByText('said on the command line')).toHaveCount(2);
  await expect(dialog.getByRole('button', { name: 'Import a CSV…' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Back up now' }).click();
  await expect(dialog.getByText(/MB are in .*backups/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(dialog.getByText(/^Copied/)).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(copied)).toMatchObject({ aurora: '0.1.0', settings: { feed: { from: 'command line' } } });
  await dialog.getByRole('radio', { name: 'Light' }).check();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await dialog.getByRole('radio', { name: 'Compact rows' }).check();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact');
  await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(238, 241, 246)');
  await program.stop();
});

test('by keyboard alone: opened, walked through, closed; a viewer reads and changes nothing', async ({ page }) => {
  const program = await anEmptyStart();
  await openSidebar(page, program, 'viewer');
  await page.getByRole('button', { name: 'Settings' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await expect(dialog.getByText('This page may only watch')).toBeVisible();
  await expect(dialog.getByText('Signals are opinions. Aurora places no orders.')).toBeVisible();
  await expect(dialog.getByText(program.data, { exact: true })).toBeVisible();
  await expect(dialog.getByRole('button', { name: /Save|Import|Back up|Rotate|Create|Copy diag/ })).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Settings' })).toBeFocused();
  await program.stop();
});

test('in the window: a file is imported, its first signal comes, and the window does as it is set', async () => {
  const data = aWindowFolder();
  writeFileSync(join(data, 'settings.json'), JSON.stringify({ feed: 'none' }));
  handOver(data);
  const { app, page } = await openWindow(data, []);
  await page.getByLabel('CSV file of bars').setInputFiles(csv('GOLD-1d.csv', dayBars(60)));
  await expect(signal(page, 'GOLD')).toBeVisible({ timeout: 30_000 });
  const dialog = await openSettings(page);
  const top = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isAlwaysOnTop());
  expect(await top()).toBe(false);
  await dialog.getByRole('checkbox', { name: 'Always on top' }).check();
  await expect.poll(top).toBe(true);
  await app.close();
});
