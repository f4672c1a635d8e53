import { describe, expect, it, onTestFinished } from 'vitest';
import type { Snapshot } from '../contract/sidebar.ts';
import { systemClock } from '../kit/clock.ts';
import { aLink, aRedis, aRelay, aStore, copied, noLog, until } from '../stream/testing/a-copied-store.ts';
import { CopiedScreen } from './copied-screen.ts';

async function setUp() {
  const server = await aRedis();
  const store = aStore();
  store.append(15);
  const relay = aRelay(store, server);
  await copied(store, relay);
  let renewed = 0;
  const screen = new CopiedScreen({
    link: aLink(server, 'gateway'),
    clock: systemClock(),
    log: noLog,
    onRenewed: () => {
      renewed += 1;
    },
  });
  onTestFinished(() => screen.close());
  await screen.copied;
  const feed = (cursor: { store_epoch?: string; offset?: number }) => {
    const told: Snapshot[] = [];
    const stop = screen.feed(cursor, (event, payload, acked) => {
      if (event === 'snapshot') told.push(payload as Snapshot);
      acked();
    });
    return { told, stop };
  };
  return { server, store, relay, screen, feed, renewals: () => renewed };
}

describe('what a gateway shows', () => {
  it('is what is newest in the store, without what is of a user’s own type', async () => {
    const { store, screen, feed } = await setUp();
    const newest = store.reader.newestPerSymbol(15).map(({ offset }) => offset);
    expect(screen.signals().map(({ offset }) => offset)).toEqual(newest);
    expect(feed({}).told[0]).toMatchObject({ full: true, offset: 15, store_epoch: store.storeEpoch });
  });

  it('goes on for a viewer that comes from another gateway, which had come as far', async () => {
    const { store, feed } = await setUp();
    expect(feed({ store_epoch: store.storeEpoch, offset: 12 }).told[0]).toMatchObject({ full: false, offset: 15 });
  });

  it('R4 is held back from a viewer that has seen more, until this one has caught up', async () => {
    const { store, feed } = await setUp();
    const ahead = feed({ store_epoch: store.storeEpoch, offset: 18 });
    const gone = feed({ store_epoch: store.storeEpoch, offset: 18 });
    gone.stop();
    expect(ahead.told).toEqual([]);
    store.append(2);
    await until('two of three', () => feed({}).told[0]?.offset === 17);
    expect(ahead.told).toEqual([]);
    store.append(2);
    await until('the rest', () => ahead.told.length === 1);
    expect(ahead.told[0]).toMatchObject({ full: false });
    expect(ahead.told[0]?.offset).toBeGreaterThanOrEqual(18);
    expect(gone.told).toEqual([]);
  });

  it('begins anew with another life of the store', async () => {
    const { store, relay, server, renewals } = await setUp();
    await relay.close();
    await store.commit([{ kind: 'set_aside', rows: [{ offset: 4, reason: 'damaged' }], at: 0 }]);
    aRelay(store, server);
    await until('the new life', () => renewals() === 1);
  });
});
