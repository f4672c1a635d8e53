import { connect } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Painted, Status } from '../contract/sidebar.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { aGateway, aStatus, TOKENS } from './testing/a-gateway.ts';

async function aDoor(given: Parameters<typeof aGateway>[0] = {}) {
  const gateway = await aGateway(given);
  const open: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of open) socket.disconnect();
    await gateway.close();
  });
  const viewer = (token = TOKENS.viewer): Socket => {
    const auth = { token, protocol: 1 };
    const socket = io(`${gateway.url}/sidebar`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth,
    });
    open.push(socket);
    return socket;
  };
  /** 'in', or the refusal. */
  const knock = (token?: string): Promise<unknown> =>
    new Promise((resolve) => {
      const socket = viewer(token);
      socket.once('connect', () => resolve('in'));
      socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data ?? error.message));
    });
  return { ...gateway, open, viewer, knock };
}

const crowd = (knock: (token?: string) => Promise<unknown>, count: number, token?: string): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, () => knock(token)));

describe('seats', () => {
  it('are as many as the option says; who finds none is told to come again', async () => {
    const { knock, open } = await aDoor({ viewers: 5 });
    const answers = await crowd(knock, 20);
    expect(answers.filter((answer) => answer === 'in')).toHaveLength(5);
    expect(answers.find((answer) => answer !== 'in')).toEqual({
      ok: false,
      code: 'too_many_viewers',
      message: expect.stringContaining('5 viewers are watching already'),
      retry: true,
    });
    for (const socket of open) socket.disconnect();
    await expect.poll(() => knock()).toBe('in');
  });

  it('are kept for a few operators, so that a crowd of viewers locks none out', async () => {
    const { knock } = await aDoor({ viewers: 5 });
    await crowd(knock, 20);
    expect(await crowd(knock, 4, TOKENS.operator)).toEqual(['in', 'in', 'in', 'in']);
    expect(await knock(TOKENS.operator)).toMatchObject({ code: 'too_many_viewers' });
    expect(await knock()).toMatchObject({ code: 'too_many_viewers' });
  });

  it('are 64 unless it is said otherwise', async () => {
    const { knock } = await aDoor();
    const answers: unknown[] = [];
    for (let n = 0; n < 7; n += 1) answers.push(...(await crowd(knock, 10)));
    expect(answers.filter((answer) => answer === 'in')).toHaveLength(64);
  });
});

it('a viewer that says more than it may is told so, and heard again when it is slower', async () => {
  const clock = new FakeClock();
  const { viewer } = await aDoor({ clock });
  const socket = viewer();
  await new Promise((resolve) => socket.once('connect', () => resolve(null)));
  const say = (): Promise<{ code: string }> => socket.emitWithAck('command', {});
  const codes = await Promise.all(Array.from({ length: 260 }, async () => (await say()).code));
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(60);
  clock.advance(1_000);
  expect((await say()).code).toBe('forbidden');
});

describe('painted', () => {
  it('is taken once a second, where it can be read', async () => {
    const clock = new FakeClock();
    const painted: Painted[] = [];
    const { viewer } = await aDoor({ clock, screen: { painted: (one) => painted.push(one) } });
    const socket = viewer();
    const at = '2026-03-02T09:30:00.000Z';
    const say = async (body: unknown): Promise<void> => {
      socket.emit('painted', body);
      await socket.timeout(5_000).emitWithAck('command', {});
    };
    for (const wrong of [null, 7, {}, { offset: -1, at }, { offset: 1.5, at }, { offset: 1, at: 'noon' }])
      await say(wrong);
    expect(painted).toEqual([]);
    await say({ offset: 1, at });
    await say({ offset: 2, at });
    clock.advance(1_000);
    await say({ offset: 3, at, more: 'ignored' });
    expect(painted).toEqual([
      { offset: 1, at },
      { offset: 3, at },
    ]);
  });
});

describe('status and prices', () => {
  it('come at once, and then when they have changed', async () => {
    const clock = new FakeClock();
    const shown = { status: aStatus({ lag: 1 }), price: 1 };
    const { viewer } = await aDoor({
      clock,
      screen: { status: () => shown.status, prices: () => [{ symbol: 'A', price: shown.price, time: 't' }] },
    });
    const heard: string[] = [];
    const socket = viewer();
    socket.on('status', ({ lag }: Status) => heard.push(`lag ${lag}`));
    socket.on('prices', ([{ price }]: [{ price: number }]) => heard.push(`price ${price}`));
    await expect.poll(() => heard.length).toBe(2);
    clock.advance(5_000);
    shown.status = aStatus({ lag: 2 });
    clock.advance(500);
    await expect.poll(() => heard.length).toBe(3);
    shown.price = 2;
    clock.advance(500);
    await expect.poll(() => heard.length).toBe(4);
    expect(heard).toEqual(['lag 1', 'price 1', 'lag 2', 'price 2']);
  });

  it('FM-RF-002 do not pile up for a viewer that stopped reading; once it reads it is told how things stand', async () => {
    const clock = new FakeClock();
    const shown = { lag: 0 };
    const padding = 'x'.repeat(200_000);
    const { url } = await aDoor({ clock, screen: { status: () => aStatus({ lag: shown.lag, version: padding }) } });
    const { socket, read } = await aViewerThatStopsReading(url);
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    for (; shown.lag < 400; shown.lag += 1) {
      clock.advance(500);
      await new Promise(setImmediate);
    }
    // 400 statuses would be 80 MB.
    expect(process.memoryUsage().external + process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
    socket.resume();
    const told = (): string => {
      clock.advance(500);
      return read();
    };
    await expect.poll(told).toContain('"lag":400');
    expect(read().split('"status"').length).toBeLessThan(100);
  });
});

/** A viewer by hand, whose socket is paused as soon as it is in. */
async function aViewerThatStopsReading(url: string) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (part: Buffer) => {
    text += part.toString('latin1');
  });
  const key = Buffer.alloc(16).toString('base64');
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await expect.poll(() => text).toContain('"sid"');
  const hello = Buffer.from(`40/sidebar,${JSON.stringify({ token: TOKENS.viewer, protocol: 1 })}`);
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | hello.length]), Buffer.alloc(4), hello]));
  await expect.poll(() => text).toContain('"snapshot"');
  socket.pause();
  return { socket, read: () => text };
}
