import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Snapshot } from '../../core/contract/sidebar.ts';
import { type FeedState, NOTHING_HEARD } from '../state/feed.ts';
import { aStatus } from '../testing/a-status.ts';
import { anUpdate } from '../testing/an-update.ts';
import { openLink } from './link.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

/** A /sidebar of socket.io's own, for the link to meet: what it says is up to the test. */
async function anEngine(snapshot: () => Snapshot) {
  const server = createServer();
  const io = new Server(server, { serveClient: false });
  const side = io.of('/sidebar');
  const heard = { handshakes: [] as unknown[], acks: [] as unknown[], painted: [] as { offset: number }[] };
  const rule = { refuse: null as Record<string, unknown> | null };
  side.use((socket, next) => {
    heard.handshakes.push(socket.handshake.auth);
    next(rule.refuse ? Object.assign(new Error('refused'), { data: rule.refuse }) : undefined);
  });
  side.on('connection', (socket: Socket) => {
    socket.on('painted', (message) => heard.painted.push(message));
    socket.emit('snapshot', snapshot(), (ack: unknown) => heard.acks.push(ack));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => void io.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, side, heard, rule };
}

function aPage(url: string) {
  const feed = createStore<FeedState>(() => NOTHING_HEARD);
  const { close } = openLink({
    url,
    token: 'viewer-token',
    feed,
    now: () => 1_000,
    // Seconds pass at once, and every moment is a frame.
    after: (_ms, run) => {
      const timer = setTimeout(run, 10);
      return () => clearTimeout(timer);
    },
    nextFrame: (run) => setTimeout(run, 0),
  });
  closing.push(close);
  return { feed, linkIs: () => feed.getState().link.is, symbols: () => [...feed.getState().signals.bySymbol.keys()] };
}

const eventually = (what: () => unknown) => expect.poll(what).toBe(true);

describe('link', () => {
  it('takes the snapshot and what follows, acks both, and tells what was painted', async () => {
    const engine = await anEngine(() => ({ store_epoch: 'e1', offset: 1, full: true, updates: [anUpdate()] }));
    const page = aPage(engine.url);
    await eventually(() => page.linkIs() === 'live');
    expect(engine.heard.handshakes).toEqual([{ token: 'viewer-token', protocol: 1 }]);

    const update = anUpdate({ symbol: 'GOOG', offset: 7 });
    const [ack] = await engine.side.timeout(15_000).emitWithAck('sidebar_update', [update, { not: 'a row' }]);
    expect(ack).toEqual({});
    await eventually(() => page.symbols().length === 2);
    engine.side.emit('status', aStatus({ version: '9' }));
    await eventually(() => page.feed.getState().status?.version === '9');

    expect(engine.heard.acks).toEqual([{}]);
    expect(page.feed.getState().unreadable).toBe(1);
    await eventually(() => engine.heard.painted.at(-1)?.offset === 7);
  });

  it('comes back with its cursor, and merges what it is told from there', async () => {
    const answers: Snapshot[] = [
      { store_epoch: 'e1', offset: 3, full: true, updates: [anUpdate({ offset: 3 })] },
      { store_epoch: 'e1', offset: 9, full: false, updates: [anUpdate({ symbol: 'GOOG', offset: 9 })] },
    ];
    const engine = await anEngine(() => answers.shift() as Snapshot);
    const page = aPage(engine.url);
    await eventually(() => page.linkIs() === 'live');
    engine.side.disconnectSockets();
    await eventually(() => page.symbols().length === 2);
    expect(engine.heard.handshakes[1]).toMatchObject({ store_epoch: 'e1', offset: 3 });
    expect(page.linkIs()).toBe('live');
  });

  it('stays out when it is refused, and says by which code', async () => {
    const engine = await anEngine(() => ({ store_epoch: 'e1', offset: 0, full: true, updates: [] }));
    engine.rule.refuse = { ok: false, code: 'unauthorized', message: 'no', retry: false };
    const page = aPage(engine.url);
    await eventually(() => page.linkIs() === 'refused');
    expect(page.feed.getState().link).toMatchObject({ code: 'unauthorized' });
    await new Promise((done) => setTimeout(done, 50));
    expect(engine.heard.handshakes).toHaveLength(1);
  });

  it('tries again where the refusal says so', async () => {
    const engine = await anEngine(() => ({ store_epoch: 'e1', offset: 0, full: true, updates: [] }));
    engine.rule.refuse = { ok: false, code: 'shutting_down', message: 'closing', retry: true };
    const page = aPage(engine.url);
    await eventually(() => engine.heard.handshakes.length >= 2);
    expect(page.linkIs()).toBe('connecting');
    engine.rule.refuse = null;
    await eventually(() => page.linkIs() === 'live');
  });

  it('says that nobody answers', async () => {
    const page = aPage('http://127.0.0.1:9');
    await eventually(() => {
      const { link } = page.feed.getState();
      return link.is === 'connecting' && link.unanswered;
    });
  });
});
