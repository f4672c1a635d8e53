import { describe, expect, it } from 'vitest';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { SidebarList } from './sidebar-list.ts';
import { Still } from './still.ts';
import { aRecord } from './testing/a-record.ts';
import { ViewerFeed } from './viewer-feed.ts';

interface Said {
  event: 'snapshot' | 'sidebar_update';
  offsets: number[];
  full?: boolean;
  cursor?: number;
  ack: () => void;
}

function aViewer(list: SidebarList, cursor: { store_epoch?: string; offset?: number } = {}) {
  const said: Said[] = [];
  const feed = new ViewerFeed(list, cursor);
  const offsetsOf = (rows: readonly SidebarUpdate[]) => rows.map(({ offset }) => offset);
  const push = () => {
    const batch = feed.next(new Still(list));
    if (batch) said.push({ event: 'sidebar_update', offsets: offsetsOf(batch.rows), ack: acked });
  };
  const acked = () => {
    feed.acked();
    push();
  };
  const { full, offset, updates } = feed.snapshot(new Still(list));
  said.push({ event: 'snapshot', offsets: offsetsOf(updates), full, cursor: offset, ack: acked });
  const stop = list.onChange(push);
  const ack = () => said.at(-1)?.ack();
  return { said, ack, stop, heard: () => said.map(({ event, offsets }) => `${event} ${offsets.join(',')}`.trim()) };
}

const listOf = (symbols: number) =>
  new SidebarList(
    'epoch-1',
    Array.from({ length: symbols }, (_, n) => aRecord(n + 1, { symbol: `S${n}` })),
    symbols,
  );

describe('one viewer', () => {
  it('gets a snapshot, then one batch in flight; the cursor moves at its ack', () => {
    const list = listOf(2);
    const viewer = aViewer(list);
    list.apply(aRecord(3, { symbol: 'S0' }));
    expect(viewer.heard()).toEqual(['snapshot 1,2']);
    viewer.ack();
    list.apply(aRecord(4, { symbol: 'S1' }));
    list.apply(aRecord(5, { symbol: 'S1' }));
    expect(viewer.heard()).toEqual(['snapshot 1,2', 'sidebar_update 3']);
    viewer.ack();
    expect(viewer.heard()).toEqual(['snapshot 1,2', 'sidebar_update 3', 'sidebar_update 5']);
  });

  it('costs nothing by being slow: a newer row takes the place of an older one (FM-RF-002)', () => {
    const list = listOf(3);
    const viewer = aViewer(list);
    for (let offset = 4; offset < 5_000; offset += 1) list.apply(aRecord(offset, { symbol: `S${offset % 3}` }));
    expect(viewer.said).toHaveLength(1);
    viewer.ack();
    expect(viewer.heard().at(-1)).toBe('sidebar_update 4997,4998,4999');
  });

  it('is told at most 500 rows at once, ascending, the rest after the ack', () => {
    const list = listOf(1);
    const viewer = aViewer(list);
    for (let n = 0; n < 1_200; n += 1) list.apply(aRecord(n + 2, { symbol: `N${n}` }));
    viewer.ack();
    viewer.ack();
    viewer.ack();
    viewer.ack();
    expect(viewer.said.map(({ offsets }) => offsets.length)).toEqual([1, 500, 500, 200]);
    const all = viewer.said.flatMap(({ offsets }) => offsets);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });

  it('is told no more than that in its snapshot either, and the rest after the ack', () => {
    const list = listOf(1_200);
    const viewer = aViewer(list);
    viewer.ack();
    viewer.ack();
    viewer.ack();
    expect(viewer.said.map(({ event, offsets }) => `${event} ${offsets.length}`)).toEqual([
      'snapshot 500',
      'sidebar_update 500',
      'sidebar_update 200',
    ]);
    const halfWay = aViewer(list, { store_epoch: 'epoch-1', offset: viewer.said[0]?.cursor ?? 0 });
    expect(halfWay.said[0]).toMatchObject({ full: false, offsets: viewer.said[1]?.offsets });
  });

  it('goes on from its cursor, and gets everything where the epoch is another or the cursor lies ahead', () => {
    const list = listOf(5);
    expect(aViewer(list, { store_epoch: 'epoch-1', offset: 3 }).said).toMatchObject([{ full: false, offsets: [4, 5] }]);
    expect(aViewer(list, { store_epoch: 'epoch-0', offset: 3 }).said).toMatchObject([
      { full: true, offsets: [1, 2, 3, 4, 5] },
    ]);
    expect(aViewer(list, { store_epoch: 'epoch-1', offset: 99 }).said).toMatchObject([{ full: true }]);
  });

  it('is not told again of rows that a result without effect has passed', () => {
    const list = listOf(1);
    const viewer = aViewer(list);
    viewer.ack();
    list.apply(aRecord(2, { symbol: 'S0', at: 0 }));
    list.apply(aRecord(3, { symbol: 'NEW' }));
    viewer.ack();
    expect(viewer.heard()).toEqual(['snapshot 1', 'sidebar_update 3']);
  });

  it('hears nothing after it has left', () => {
    const list = listOf(1);
    const viewer = aViewer(list);
    viewer.stop();
    viewer.ack();
    list.apply(aRecord(2, { symbol: 'S0' }));
    expect(viewer.said).toHaveLength(1);
  });
});
