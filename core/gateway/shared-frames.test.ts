import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedFrames } from './shared-frames.ts';

const NAMESPACE = '/sidebar';

interface EnginePacket {
  data?: unknown;
  options: { wsPreEncodedFrame?: Buffer[] };
}

/** A real socket.io server with the frames in it, and real clients that send back what they were sent. */
async function aServer() {
  const frames = new SharedFrames(NAMESPACE);
  const server = createServer();
  const sockets = new Server(server, { parser: frames.parser, serveClient: false });
  const framed: Buffer[][] = [];
  sockets.engine.on('connection', (connection) => {
    frames.attach(connection);
    connection.on('packetCreate', ({ options }: EnginePacket) => {
      if (options.wsPreEncodedFrame) framed.push(options.wsPreEncodedFrame);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: Socket[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.disconnect();
    await sockets.close();
  });
  const client = async (transport: 'websocket' | 'polling', namespace = NAMESPACE): Promise<Socket> => {
    const socket = io(`${url}${namespace}`, { transports: [transport], forceNew: true });
    clients.push(socket);
    socket.onAny((_event: string, payload: unknown, ack?: (answer: unknown) => void) => ack?.(payload));
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return socket;
  };
  /** What every client of a namespace says that it got. */
  const told = (event: string, payload: unknown, namespace = NAMESPACE): Promise<unknown[]> =>
    Promise.all(
      [...sockets.of(namespace).sockets.values()].map((socket) => socket.timeout(5_000).emitWithAck(event, payload)),
    );
  sockets.of(NAMESPACE);
  sockets.of('/other');
  return { client, told, framed };
}

const row = (fields: object) => ({ symbol: 'ADA/BTC', ...fields });

describe('SharedFrames', () => {
  it('brings an ordinary client what was sent, whatever it is and over both transports', async () => {
    const server = await aServer();
    await server.client('websocket');
    await server.client('polling');
    const json = fc.oneof(
      fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())),
      fc.record({ rows: fc.array(fc.jsonValue()), other: fc.jsonValue(), none: fc.constant(undefined) }),
    );
    await fc.assert(
      fc.asyncProperty(json, async (payload) => {
        const plain = JSON.parse(JSON.stringify(payload));
        expect(await server.told('any', payload)).toEqual([plain, plain]);
      }),
      { numRuns: 40 },
    );
  });

  it.each([0, 60, 100, 126, 400, 65_400, 65_536, 300_000])('frames %i characters', async (size) => {
    const server = await aServer();
    await server.client('websocket');
    for (let more = 0; more < 6; more += 1) {
      const payload = [row({ text: 'ü'.repeat(size / 2 + more) })];
      expect(await server.told('any', payload)).toEqual([payload]);
    }
  });

  it('encodes what many get once, and sends all the same bytes', async () => {
    const server = await aServer();
    for (let n = 0; n < 10; n += 1) await server.client('websocket');
    let encoded = 0;
    const counted = {
      toJSON() {
        encoded += 1;
        return row({ times: encoded });
      },
    };
    const rows = [counted, row({ n: 2 })];
    const answers = await server.told('any', rows);
    expect(answers).toEqual(Array(10).fill([row({ times: 1 }), row({ n: 2 })]));
    expect(encoded).toBe(1);
    expect(server.framed).toHaveLength(10);
    expect(new Set(server.framed.map(([, bytes]) => bytes)).size).toBe(1);
    // Another batch with the same row in it.
    await server.told('any', [counted]);
    expect(encoded).toBe(1);
  });

  it('leaves other namespaces and other packets as they are', async () => {
    const server = await aServer();
    await server.client('websocket', '/other');
    const bytes = Buffer.from([1, 2, 3]);
    expect(await server.told('any', { bytes }, '/other')).toEqual([{ bytes }]);
    expect(server.framed).toEqual([]);
  });
});
