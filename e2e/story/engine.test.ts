import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { SidebarUpdate, Snapshot } from '../../core/contract/sidebar.ts';
import { foreignHands } from '../support/foreign-agent.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import { newestFirst, playStory, rowOf } from './play.ts';
import { EXPECTED_ACKS, EXPECTED_ROWS } from './story.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const expected = EXPECTED_ROWS.map((row) => ({
  ...row,
  warning: row.warning === null ? null : expect.stringContaining(row.warning),
  provisional: false,
}));

/** A viewer over the socket: the newest of each symbol as it was told. */
function watch(program: Program) {
  const shown = new Map<string, SidebarUpdate>();
  const batches: SidebarUpdate[][] = [];
  const socket = io(`${program.url}/sidebar`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: program.tokens.viewer, protocol: 1 },
  });
  const take = (updates: SidebarUpdate[]) => {
    batches.push(updates);
    for (const update of updates) shown.set(update.symbol, update);
  };
  socket.on('snapshot', (snapshot: Snapshot, ack: (answer: object) => void) => {
    take(snapshot.updates);
    ack({});
  });
  socket.on('sidebar_update', (updates: SidebarUpdate[], ack: (answer: object) => void) => {
    take(updates);
    ack({});
  });
  open.push(() => socket.disconnect());
  return { rows: () => newestFirst([...shown.values()]).map(rowOf), batches };
}

describe('the story over the socket', () => {
  it('ends in the expected rows, for a viewer, over HTTP, and after kill -9 and a second start', async () => {
    const program = await startProgram(['--feed', 'none', '--agents', 'none']);
    open.push(() => program.kill());
    const viewer = watch(program);
    const hands = await foreignHands(program);
    open.push(() => hands.close());

    expect(await playStory(hands)).toEqual(EXPECTED_ACKS);
    await until(
      'the viewer to have it all',
      () => viewer.rows().length === expected.length && viewer.rows().every((row) => !row.provisional),
    );
    expect(viewer.rows()).toEqual(expected);
    for (const batch of viewer.batches)
      expect(batch.map(({ offset }) => offset)).toEqual(batch.map(({ offset }) => offset).sort((a, b) => a - b));

    const before = await program.get<{ items: SidebarUpdate[] }>('/api/signals');
    expect(newestFirst(before.items).map(rowOf)).toEqual(expected);
    // Its agent hears that the last result was refused before that is on disk.
    const dead = await until('the poisoned task to be dead', async () => {
      const { items } = await program.get<{ items: unknown[] }>('/api/tasks?state=dead');
      return items.length > 0 && items;
    });
    expect(dead).toMatchObject([{ symbol: 'BAD/USD', attempt: 3 }]);

    await program.kill();
    const again = await startProgram(['--feed', 'none', '--agents', 'none'], program.data);
    open.push(() => again.kill());
    expect(await again.get('/api/signals')).toEqual(before);
    const late = watch(again);
    await until('the new viewer to have it all', () => late.rows().length === expected.length);
    expect(late.rows()).toEqual(expected);
  });
});
