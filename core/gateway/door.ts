import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal } from '../contract/messages.ts';
import { UsageError } from '../kit/errors.ts';

const DEFAULT_PORT = 4470;
const PORTS_TRIED = 30;
const HOST = '127.0.0.1';

/** A bound server: its address is known, and until it is given something to serve it says that it is starting. */
export interface Door {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  serve(listener: RequestListener): void;
  close(): void;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function listenSomewhere(server: Server, asked: number | null): Promise<void> {
  const first = asked ?? DEFAULT_PORT;
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    try {
      return await listen(server, port);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (asked !== null && code === 'EADDRINUSE')
        throw new UsageError(
          `Port ${asked} is in use: stop what listens there, or leave --port out to take the next free one`,
        );
      if (asked !== null) throw new UsageError(`Port ${asked} cannot be used (${message}): choose another with --port`);
      if (code !== 'EADDRINUSE') throw error;
    }
  }
  throw new UsageError(`Ports ${first} to ${first + PORTS_TRIED - 1} are all in use: choose one with --port`);
}

const STARTING = JSON.stringify(refusal('starting', 'the engine is starting: try again in a moment', true));

/** Binds loopback: the port that was asked for by name, or the first free one from 4470. */
export async function openDoor(asked: number | null): Promise<Door> {
  let serving: RequestListener = (_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
    response.end(STARTING);
  };
  const server = createServer((request, response) => serving(request, response));
  await listenSomewhere(server, asked);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}`,
    port,
    server,
    serve(listener) {
      serving = listener;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
