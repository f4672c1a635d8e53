import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Frame, type Page, test } from 'playwright/test';
import { commandLines } from './support/process-list.ts';
import { type Program, startProgram } from './support/program.ts';
import { openSidebar } from './support/sidebar-page.ts';

const EMPTY = ['--feed', 'none', '--agents', 'none'];
const NOTE = JSON.stringify({ task_type: 'note' });

let engine: Program;
test.beforeAll(async () => {
  engine = await startProgram(EMPTY);
});
test.afterAll(() => engine.kill());

/** All that a page can try, with the operator's token in hand, so that only its origin stands in the way. */
const tryAll = (page: Page | Frame) =>
  page.evaluate(
    async ({ url, token, note }) => {
      const answered = (asked: Promise<Response>) =>
        asked.then(
          async (response) => `${response.type} ${response.status}: ${(await response.text()).length > 0}`,
          () => 'refused',
        );
      const connected = (path: string) =>
        new Promise((resolve) => {
          const socket = new WebSocket(url.replace('http', 'ws') + path);
          socket.onmessage = () => resolve('connected');
          socket.onclose = () => resolve('refused');
        });
      const auth = { authorization: `Bearer ${token}` };
      return {
        read: await answered(fetch(`${url}/api/signals`, { headers: auth })),
        health: await answered(fetch(`${url}/healthz`)),
        metrics: await answered(fetch(`${url}/metrics`, { headers: auth })),
        polling: await answered(fetch(`${url}/socket.io/?EIO=4&transport=polling`)),
        websocket: await connected('/socket.io/?EIO=4&transport=websocket'),
        // What a form could send: no question beforehand, and no token either.
        form: await answered(fetch(`${url}/api/tasks`, { method: 'POST', mode: 'no-cors', body: note })),
        task: await answered(fetch(`${url}/api/tasks`, { method: 'POST', headers: auth, body: note })),
      };
    },
    { url: engine.url, token: engine.tokens.operator, note: NOTE },
  );

const KEPT_OUT = {
  read: 'refused',
  health: 'refused',
  metrics: 'refused',
  polling: 'refused',
  websocket: 'refused',
  form: 'opaque 0: false',
  task: 'refused',
};
const taskCount = async (): Promise<number> =>
  (await engine.get<{ items: unknown[] }>('/api/tasks', engine.tokens.operator)).items.length;

/** A page of somebody else's on this machine. */
async function aForeignPage(): Promise<{ port: number; close(): void }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>elsewhere</title><p>elsewhere');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

test('a page of another origin can neither read nor connect nor command, whatever token it has', async ({ page }) => {
  const foreign = await aForeignPage();
  const before = await taskCount();
  for (const host of ['127.0.0.1', 'localhost']) {
    await page.goto(`http://${host}:${foreign.port}/`);
    expect(await tryAll(page), host).toEqual(KEPT_OUT);
  }
  // A frame without an origin of its own says "null".
  await page.evaluate(() => {
    const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<p>nowhere', name: 'nowhere' });
    frame.setAttribute('sandbox', 'allow-scripts');
    document.body.append(frame);
  });
  const text = () => page.frame('nowhere')?.evaluate(() => document.body?.textContent);
  // The frame's first, empty page may go while it is asked.
  await expect.poll(() => text()?.catch(() => null)).toBe('nowhere');
  expect(await tryAll(page.frame('nowhere') as Frame)).toEqual(KEPT_OUT);
  expect(await taskCount()).toBe(before);
  foreign.close();
});

test('a page of another origin cannot show the engine’s own page inside itself', async ({ page }) => {
  const foreign = await aForeignPage();
  await page.goto(`http://127.0.0.1:${foreign.port}/`);
  await page.evaluate((url) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src: url, name: 'inside' }));
  }, `${engine.url}/`);
  await expect.poll(() => page.frame('inside')?.url()).toBe('chrome-error://chromewebdata/');
  foreign.close();
});

test('the engine’s own page can do all of it, and its token is in no address, Referer, cookie or process', async ({
  page,
}) => {
  const { operator } = engine.tokens;
  const seen: string[] = [];
  page.on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  page.on('websocket', (socket) => seen.push(socket.url()));
  await openSidebar(page, engine);
  await expect(page.getByRole('status')).toHaveText('Live');
  const told = await tryAll(page);
  expect(told).toMatchObject({
    read: 'basic 200: true',
    health: 'basic 200: true',
    metrics: 'basic 200: true',
    polling: 'basic 200: true',
    websocket: 'connected',
    form: 'basic 401: true',
    task: 'basic 201: true',
  });
  // The browser's own record of the first address has the fragment, which it sends to nobody.
  const sent = seen.map((address) => address.replace(/#.*$/, ''));
  expect(sent.length).toBeGreaterThan(10);
  expect(sent.filter((address) => address.includes(operator))).toEqual([]);
  expect(page.url()).not.toContain(operator);
  expect(await page.context().cookies()).toEqual([]);
  expect(commandLines()).not.toContain(operator);
});
