import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../kit/clock.ts';
import { type Disposer, Disposers } from '../kit/disposers.ts';
import { AuroraError } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import { readRefusal } from './reply.ts';

/** The way to the engine is cut, or it did not answer in time: whether it has heard is not known. */
class NoAnswerError extends AuroraError {
  readonly code = 'AURORA_NO_ANSWER';
}

export interface LinkOptions {
  url: string;
  /** The engine is this very process, on a port that nobody else has: its certificate is made out to others. */
  isOwnEngine?: boolean | undefined;
  /** `auth` of each connection, made anew for it. */
  handshake: () => Record<string, unknown>;
  /** Names the process; agents that are cut at the same time come back apart by it. */
  instance: string;
  clock: Clock;
  log: Log;
  /** Handlers of what the engine sends, by event name; each takes what came, and the ack where there is one. */
  on: Readonly<Record<string, (body: unknown, ack: unknown) => void>>;
  /** The engine will never take this agent as it is; the link has closed. */
  onRefused: (why: string) => void;
}

export interface Link {
  /** The engine's answer; rejects with NoAnswerError where the way is cut or none comes in time. */
  request(event: string, body: unknown, ms?: number): Promise<unknown>;
  close(): void;
}

const REQUEST_MS = 15_000;
/**
 * How long the library waits before its first and its later tries, less or more by half: never longer than the
 * engine, once it is back, waits for its agents.
 */
const RECONNECT = { reconnectionDelay: 1_000, reconnectionDelayMax: 5_000, randomizationFactor: 0.5 };
/** How long after the engine has ended a connection, or would not take one yet. */
const RETURN_MS = 1_000;
/** How long the engine keeps a superseded instance out. */
const DUPLICATE_MS = 60_000;

/** Between 0 and 1, the same for the same id. */
function share(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000;
  return sum / 1_000;
}

/** One agent's connection: comes back after a cut, stays away where it is not wanted. */
export function openLink({
  url,
  isOwnEngine = false,
  handshake,
  instance,
  clock,
  log,
  on,
  onRefused,
}: LinkOptions): Link {
  const open = new Disposers();
  let closed = false;
  let stopReturn: Disposer = () => {};
  let told = false;

  const socket: Socket = io(`${url}/agents`, {
    transports: ['websocket'],
    forceNew: true,
    autoConnect: false,
    rejectUnauthorized: !isOwnEngine,
    ...RECONNECT,
    auth: (send) => send(handshake()),
  });
  const close = (): void => {
    closed = true;
    open.close();
  };
  const comeBack = (ms: number): void => {
    stopReturn();
    stopReturn = clock.after(ms + RETURN_MS * share(instance), () => void socket.connect());
  };
  /** One line for each time away, however many tries it takes. */
  const tellOnce = (fields: Record<string, unknown>, message: string): void => {
    if (!told) log.warn(fields, message);
    told = true;
  };

  function refused(error: Error & { data?: unknown }): void {
    const refusal = readRefusal(error.data);
    if (refusal?.code === 'duplicate_agent') {
      tellOnce({ ...refusal }, `the engine keeps this instance out: it tries again in ${DUPLICATE_MS / 1_000} s`);
      return comeBack(DUPLICATE_MS);
    }
    if (refusal && !refusal.retry) {
      log.error({ ...refusal }, `the engine does not take this agent, so it stays away: ${refusal.message}`);
      close();
      return onRefused(refusal.message);
    }
    tellOnce({ error: error.message }, 'the engine does not take this agent yet');
    comeBack(RETURN_MS);
  }

  socket.on('connect', () => {
    told = false;
  });
  socket.on('connect_error', (error) => {
    if (closed) return;
    if (!socket.active) return refused(error);
    // Here the library itself tries again.
    tellOnce({ error: error.message, url }, 'the engine does not answer');
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') comeBack(RETURN_MS);
  });
  for (const [event, take] of Object.entries(on)) socket.on(event, take);
  open.add(() => void socket.disconnect());
  open.add(() => stopReturn());
  socket.connect();

  return {
    request(event, body, ms = REQUEST_MS) {
      if (!socket.connected) return Promise.reject(new NoAnswerError(`${event} was not sent: there is no connection`));
      return new Promise((resolve, reject) => {
        const stop = clock.after(ms, () => reject(new NoAnswerError(`${event} was not answered within ${ms} ms`)));
        socket
          .emitWithAck(event, body)
          .then(resolve, (cause) =>
            reject(new NoAnswerError(`the connection was cut before ${event} was answered`, { cause })),
          )
          .finally(stop);
      });
    },
    close,
  };
}
