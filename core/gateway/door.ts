import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { refusal } from '../contract/messages.ts';
import { UsageError } from '../kit/errors.ts';

const DEFAULT_PORT = 4470;
const PORTS_TRIED = 30;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Where a door is, and what encrypts what passes it. */
export interface Binding {
  /** A port by name, or null for the first free one from 4470. */
  port: number | null;
  host: string;
  /** Certificate and key, PEM; null for none. */
  tls: { cert: Buffer; key: Buffer } | null;
}

export const onLoopback = (port: number | null): Binding => ({ port, host: '127.0.0.1', tls: null });

export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

/** A bound server: its address is known, and until it is given something to serve it says that it is starting. */
export interface Door {
  readonly url: string;
  /** What other machines may call it; the same where it is not open to them. */
  readonly outside: string;
  readonly port: number;
  /** Whether it is open to other machines. */
  readonly remote: boolean;
  readonly server: Server | SecureServer;
  serve(listener: RequestListener): void;
  /** Takes nobody any more, and opens a next one at the same place; rejects where that cannot be. */
  renew(): Promise<Door>;
  close(): void;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function listenSomewhere(server: Server, { host, port: asked }: Binding): Promise<void> {
  const first = asked ?? DEFAULT_PORT;
  for (let port = first; port < first + PORTS_TRIED; port += 1) {
    try {
      return await listen(server, host, port);
    } catch (error) {
      const why = refusedPort(error as NodeJS.ErrnoException, host, asked);
      if (why !== null) throw why;
    }
  }
  throw new UsageError(`Ports ${first} to ${first + PORTS_TRIED - 1} are all in use: choose one with --port`);
}

/** Why the next port is not tried; null where it may be free. */
function refusedPort(error: NodeJS.ErrnoException, host: string, asked: number | null): Error | null {
  const { code, message } = error;
  if (code === 'EADDRNOTAVAIL')
    return new UsageError(`--host ${host} is no address of this machine: use one of its own, or 0.0.0.0 for all`);
  if (asked === null) return code === 'EADDRINUSE' ? null : error;
  return new UsageError(
    code === 'EADDRINUSE'
      ? `Port ${asked} is in use: stop what listens there, or leave --port out to take the next free one`
      : `Port ${asked} cannot be used (${message}): choose another with --port`,
  );
}

/** What this machine itself, or another, may call an address. */
const nameOf = (host: string, all: string): string =>
  /^(0\.0\.0\.0|::)$/.test(host) ? all : host.includes(':') ? `[${host}]` : host;

const STARTING = JSON.stringify(refusal('starting', 'the engine is starting: try again in a moment', true));
/** For whoever opens the page meanwhile; the browser asks again by itself. */
const STARTING_TEXT = 'Aurora is starting. This page comes by itself in a moment.';

/** Binds where it is asked to, and says from then on that it is starting. */
export async function openDoor(binding: Binding): Promise<Door> {
  const { host, tls } = binding;
  let serving: RequestListener = ({ headers }, response) => {
    const isPage = headers.accept?.includes('text/html') ?? false;
    response.writeHead(503, {
      'content-type': isPage ? 'text/plain; charset=utf-8' : 'application/json',
      'retry-after': '1',
      ...(isPage && { refresh: '1' }),
      connection: 'close',
    });
    response.end(isPage ? STARTING_TEXT : STARTING);
  };
  const listener: RequestListener = (request, response) => serving(request, response);
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await listenSomewhere(server, binding);
  const { port } = server.address() as AddressInfo;
  const scheme = tls ? 'https' : 'http';
  return {
    url: `${scheme}://${nameOf(host, '127.0.0.1')}:${port}`,
    outside: `${scheme}://${nameOf(host, hostname())}:${port}`,
    port,
    remote: !isLoopback(host),
    server,
    serve(listener) {
      serving = listener;
    },
    renew() {
      server.close();
      return openDoor({ ...binding, port });
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
