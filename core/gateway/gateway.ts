import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Server } from 'socket.io';
import type { Clock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import { type Doors, loopbackDoors, refuseDoor, type Tokens } from './access.ts';
import { serveAgents } from './agents.ts';
import { httpApp } from './http.ts';
import type { Screen, Tasks } from './ports.ts';
import { serveSidebar } from './sidebar.ts';

export interface GatewayOptions {
  /** The port that was asked for by name, or null: then the first free one from `DEFAULT_PORT`. */
  port: number | null;
  tokens: () => Tokens;
  tasks: Tasks;
  screen: Screen;
  clock: Clock;
  /** Folder of the built page. */
  page: string;
}

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

const DEFAULT_PORT = 4470;
const PORTS_TRIED = 30;
const HOST = '127.0.0.1';
const MESSAGE_MAX = 256 * 1024;
const AUTH_MS = 5_000;

function listen(server: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function listenSomewhere(server: HttpServer, asked: number | null): Promise<number> {
  const first = asked ?? DEFAULT_PORT;
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    try {
      await listen(server, port);
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (asked !== null)
        throw new UsageError(
          inUse
            ? `Port ${asked} is in use: stop what listens there, or leave --port out to take the next free one`
            : `Port ${asked} cannot be used (${(error as Error).message})`,
        );
      if (!inUse) throw error;
    }
  }
  throw new UsageError(`Ports ${first} to ${first + PORTS_TRIED - 1} are all in use: choose one with --port`);
}

/** One server on loopback for the page, HTTP, agents and viewers; Host and Origin are checked by one function. */
export async function startGateway({ port, tokens, tasks, screen, clock, page }: GatewayOptions): Promise<Gateway> {
  let doors: Doors = { hosts: new Set(), origins: new Set() };
  const listener = getRequestListener(httpApp({ doors: () => doors, tokens, tasks, screen, page }).fetch);
  const server = createServer((request, response) => void listener(request, response));
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: MESSAGE_MAX,
    connectTimeout: AUTH_MS,
    perMessageDeflate: false,
    allowRequest: (request, decide) => {
      const shut = refuseDoor(doors, request.headers);
      decide(shut, shut === null);
    },
  });
  serveAgents(io.of('/agents'), tokens, tasks);
  const stopStatus = serveSidebar(io.of('/sidebar'), tokens, screen, tasks, clock);
  const bound = await listenSomewhere(server, port);
  doors = loopbackDoors(bound);
  return {
    url: `http://${HOST}:${bound}`,
    async close() {
      stopStatus();
      await io.close();
      server.closeAllConnections();
    },
  };
}
