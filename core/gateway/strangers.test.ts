import { connect, type Socket } from 'node:net';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { aGateway, TOKENS } from './testing/a-gateway.ts';

async function aStreet() {
  const clock = new FakeClock();
  const gateway = await aGateway({ clock });
  const open: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await gateway.close();
  });
  const { hostname, port, host } = new URL(gateway.url);
  /** Opens a socket and says no more than a handshake needs; answers with what came back, or null once it is shut. */
  const stranger = async (): Promise<{ answer: string; isShut: () => boolean }> => {
    const socket = connect(Number(port), hostname);
    open.push(socket);
    let shut = false;
    socket.on('close', () => {
      shut = true;
    });
    const key = Buffer.alloc(16).toString('base64');
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
        `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (part: Buffer) => resolve(part.toString('latin1'))),
    );
    socket.resume();
    return { answer, isShut: () => shut };
  };
  const strangers = async (count: number) => {
    const all: Awaited<ReturnType<typeof stranger>>[] = [];
    for (let n = 0; n < count; n += 1) all.push(await stranger());
    return all;
  };
  const knock = (): Promise<string> =>
    new Promise((resolve) => {
      const auth = { token: TOKENS.viewer, protocol: 1 };
      const socket = io(`${gateway.url}/sidebar`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth,
      });
      const done = (how: string): void => {
        resolve(how);
        socket.disconnect();
      };
      socket.once('connect', () => done('in'));
      socket.once('connect_error', ({ message }: Error) => done(message));
    });
  return { clock, strangers, stranger, knock };
}

describe('connections that do not say who they are', () => {
  it('are 32 at most', async () => {
    const { strangers, stranger, knock } = await aStreet();
    for (const { answer } of await strangers(32)) expect(answer).toContain(' 101 ');
    const { answer } = await stranger();
    expect(answer).toContain(' 400 ');
    expect(answer).toContain('try again in a moment');
    expect(await knock()).toBe('websocket error');
  });

  it('shut nobody out who holds a token: the oldest has to go', async () => {
    const { clock, strangers, knock } = await aStreet();
    const [oldest, second] = await strangers(32);
    clock.advance(1_000);
    expect(await knock()).toBe('in');
    await expect.poll(() => oldest?.isShut()).toBe(true);
    expect(second?.isShut()).toBe(false);
    expect(await knock()).toBe('in');
  });

  it('are forgotten once they are known or gone', async () => {
    const { knock } = await aStreet();
    for (let n = 0; n < 70; n += 1) expect(await knock()).toBe('in');
  });
});
