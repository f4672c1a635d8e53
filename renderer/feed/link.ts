import { io, type Socket } from 'socket.io-client';
import type { StoreApi } from 'zustand/vanilla';
import { PROTOCOL_VERSION } from '../../core/contract/messages.ts';
import type { EngineToViewer, SidebarUpdate, ViewerHandshake } from '../../core/contract/sidebar.ts';
import {
  type FeedState,
  withConnect,
  withDisconnect,
  withLink,
  withPainted,
  withPrices,
  withSnapshot,
  withStatus,
  withUnreadable,
} from '../state/feed.ts';
import { frameBatch } from './frame-batch.ts';
import { type Read, readPrices, readSnapshot, readStatus, readUpdates } from './inbox.ts';
import { paintReporter } from './painted.ts';
import { readRefusal } from './refusals.ts';
import type { After, NextFrame } from './timing.ts';

export interface LinkOptions {
  url: string;
  token: string;
  feed: StoreApi<FeedState>;
  now(): number;
  after: After;
  nextFrame: NextFrame;
  /** Told of updates as they are painted. */
  onUpdates?(updates: readonly SidebarUpdate[]): void;
}

const RETRY_MS = 1_000;
/** A backup of a large store takes its time. */
const COMMAND_MS = 120_000;

type Heard = Record<keyof EngineToViewer, (message: unknown, ack?: unknown) => void>;
type Said = {
  painted: (message: { offset: number; at: string }) => void;
  command: (command: { name: string; args: object }, answer: (reply: unknown) => void) => void;
};

/** What has been received, which may be ahead of what has been painted. */
interface Cursor {
  storeEpoch: string;
  offset: number;
}

export interface Link {
  /** Sends an operator's command; rejects where no answer comes. What comes is for the caller to parse. */
  command(name: string, args: object): Promise<unknown>;
  close(): void;
}

/** Keeps `feed` at what the engine says, over every reconnect. */
export function openLink({ url, token, feed, now, after, nextFrame, onUpdates }: LinkOptions): Link {
  let cursor: Cursor | null = null;
  let takeBackRetry = () => {};

  const socket: Socket<Heard, Said> = io(`${url}/sidebar`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    // Called at each connection, so that a reconnect asks only for what is above its cursor.
    auth: (give) => {
      const handshake: ViewerHandshake = {
        token,
        protocol: PROTOCOL_VERSION,
        store_epoch: cursor?.storeEpoch,
        offset: cursor?.offset,
      };
      give(handshake);
    },
  });

  const reporter = paintReporter({
    // A volatile message of an hour ago helps nobody: what was painted while away is not said later.
    report: (offset, at) => socket.connected && socket.emit('painted', { offset, at: new Date(at).toISOString() }),
    now,
    after,
    nextFrame,
  });
  const batch = frameBatch((updates) => {
    onUpdates?.(updates);
    feed.setState((state) => withPainted(state, updates));
    reporter.shown(feed.getState().signals.newest.offset);
  }, nextFrame);

  const take = <T>({ value, unreadable }: Read<T>): T | null => {
    if (unreadable > 0) feed.setState((state) => withUnreadable(state, unreadable));
    return value;
  };
  // Said at once and not after the paint: a hidden page has no frames, and its memory is bounded anyway.
  const answer = (ack: unknown) => {
    if (typeof ack === 'function') ack({});
  };
  const retryLater = () => {
    takeBackRetry();
    takeBackRetry = after(RETRY_MS, () => socket.connect());
  };

  socket.on('connect', () => feed.setState(withConnect));
  socket.on('snapshot', (message, ack) => {
    const snapshot = take(readSnapshot(message));
    if (snapshot) {
      const anew = snapshot.full || snapshot.store_epoch !== cursor?.storeEpoch;
      cursor = { storeEpoch: snapshot.store_epoch, offset: snapshot.offset };
      if (anew) batch.clear();
      feed.setState((state) => withSnapshot(state, snapshot, now()));
      reporter.shown(feed.getState().signals.newest.offset);
    }
    answer(ack);
  });
  socket.on('sidebar_update', (message, ack) => {
    const updates = take(readUpdates(message)) ?? [];
    const last = updates.at(-1);
    if (cursor && last) cursor = { ...cursor, offset: Math.max(cursor.offset, last.offset) };
    batch.add(updates);
    feed.setState({ heardAt: now() });
    answer(ack);
  });
  socket.on('status', (message, ack) => {
    const status = take(readStatus(message));
    if (status) feed.setState((state) => withStatus(state, status, now()));
    answer(ack);
  });
  socket.on('prices', (message, ack) => {
    const prices = take(readPrices(message));
    if (prices) feed.setState((state) => withPrices(state, prices));
    answer(ack);
  });
  socket.on('disconnect', (reason) => {
    feed.setState((state) => withDisconnect(state));
    // The one case in which socket.io does not come back by itself; a revoked token is then refused.
    if (reason === 'io server disconnect') retryLater();
  });
  socket.on('connect_error', (error) => {
    // Active: nobody answered, and socket.io tries again. Else the engine answered, and refused.
    if (socket.active) return feed.setState((state) => withDisconnect(state, true));
    const refused = readRefusal(error);
    if (!refused.retry) return feed.setState((state) => withLink(state, { is: 'refused', ...refused }));
    feed.setState((state) => withDisconnect(state, true));
    retryLater();
  });

  return {
    command: (name, args) => socket.timeout(COMMAND_MS).emitWithAck('command', { name, args }),
    close() {
      takeBackRetry();
      reporter.close();
      batch.clear();
      socket.disconnect();
    },
  };
}
