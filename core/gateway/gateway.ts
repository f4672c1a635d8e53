import { getRequestListener } from '@hono/node-server';
import { Server } from 'socket.io';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { type AtFaultPoint, passBy } from '../kit/fault-points.ts';
import { loopbackDoors, refuseDoor, remoteDoors, type Tokens } from './access.ts';
import { serveAgents } from './agents.ts';
import { cutOff } from './cut-off.ts';
import type { Door } from './door.ts';
import { httpApp } from './http.ts';
import type { OperatorDesk, Screen, Tasks } from './ports.ts';
import { SharedFrames } from './shared-frames.ts';
import { serveSidebar } from './sidebar.ts';
import { Strangers } from './strangers.ts';

export interface GatewayOptions {
  door: Door;
  tokens: () => Tokens;
  /** Tells of each change of the tokens; left out where they never change. */
  onTokens?: (listener: () => void) => Disposer;
  tasks: Tasks;
  /** What an operator may ask for besides tasks; left out where that is elsewhere. */
  desk?: OperatorDesk;
  screen: Screen;
  clock: Clock;
  /** Folder of the built page. */
  page: string;
  nonce: () => string;
  /** Origins beside the engine's own that the page may come from: the window's. */
  origins?: readonly string[];
  /** How many viewers may watch at the same time. */
  viewers?: number;
  /** Of a gateway that has no engine behind it: where that one is asked for all but signals and status. */
  elsewhere?: (() => string) | undefined;
  at?: AtFaultPoint;
}

export interface Gateway {
  close(): Promise<void>;
}

const MESSAGE_MAX = 256 * 1024;
const AUTH_MS = 5_000;
/** With the library's 20 s for the answer a page takes an engine that hangs for one that is gone after 25 s. */
const PING_MS = 5_000;
/** So long an answer that is being sent may go on once the engine closes. */
const LAST_ANSWERS_MS = 1_000;
/** The most viewers at the same time, unless the engine is told otherwise. */
const VIEWERS = 64;
const CROWDED = 'too many connections have not said yet who they are: try again in a moment';

/** One server on loopback for the page, HTTP, agents and viewers; Host and Origin are checked by one function. */
export function serveGateway({
  door,
  tokens,
  tasks,
  screen,
  clock,
  page,
  nonce,
  origins = [],
  viewers = VIEWERS,
  elsewhere,
  onTokens,
  desk,
  at = passBy,
}: GatewayOptions): Gateway {
  const doors = door.remote
    ? remoteDoors(origins)
    : loopbackDoors(door.port, origins, new URL(door.url).protocol.slice(0, -1));
  const app = httpApp({ doors, tokens, tasks, desk, screen, page, nonce, elsewhere });
  // The library would put its own Response in the place of Electron's, which then refuses ours.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  door.serve((request, response) => void listener(request, response));
  const frames = new SharedFrames('/sidebar');
  const strangers = new Strangers(clock);
  const io = new Server(door.server, {
    serveClient: false,
    parser: frames.parser,
    maxHttpBufferSize: MESSAGE_MAX,
    connectTimeout: AUTH_MS,
    pingInterval: PING_MS,
    perMessageDeflate: false,
    allowRequest: (request, decide) => {
      const shut = refuseDoor(doors, request.headers);
      if (shut !== null) return decide(shut, false);
      decide(CROWDED, strangers.makeRoom());
    },
  });
  io.engine.on('connection', (connection) => {
    strangers.arrived(connection);
    frames.attach(connection);
  });
  for (const name of ['/agents', '/sidebar']) io.of(name).on('connection', ({ conn }) => strangers.known(conn));
  serveAgents(io.of('/agents'), tokens, tasks, clock, at);
  const stopNotices = serveSidebar(io.of('/sidebar'), { tokens, screen, tasks, desk, clock, viewers });
  const spaces = [io.of('/agents'), io.of('/sidebar')];
  // Whoever asked for the change hears the answer first.
  const stopCutting = onTokens?.(() => void clock.after(0, () => cutOff(spaces, tokens())));
  return {
    async close() {
      stopNotices();
      stopCutting?.();
      const cut = clock.after(LAST_ANSWERS_MS, () => door.server.closeAllConnections());
      // Node before 19 would wait for whoever keeps one open and asks nothing.
      door.server.closeIdleConnections();
      await io.close();
      cut();
    },
  };
}
