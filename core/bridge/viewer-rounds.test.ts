import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { SidebarList } from './sidebar-list.ts';
import { aRecord } from './testing/a-record.ts';
import { ViewerRounds } from './viewer-rounds.ts';

const WINDOW_MS = 16;

/** A clock on which everything that is sent takes its time. */
class BusyClock extends FakeClock {
  /** Counts the timers that ran. */
  turn = 0;
  #spent = 0;

  override after(ms: number, run: () => void) {
    return super.after(ms, () => {
      this.turn += 1;
      run();
    });
  }

  override monotonic(): number {
    return super.monotonic() + this.#spent;
  }

  spend(ms: number): void {
    this.#spent += ms;
  }
}

function aHouse(symbols = 0) {
  const clock = new BusyClock();
  const list = new SidebarList(
    'epoch-1',
    Array.from({ length: symbols }, (_, n) => aRecord(n + 1, { symbol: `S${n}` })),
    symbols,
  );
  const pushed: number[] = [];
  const rounds = new ViewerRounds({ list, clock, onPushed: ({ offset }) => pushed.push(offset) });
  const viewer = ({ acks = true, costs = 0, cursor = {} } = {}) => {
    const seen = {
      messages: [] as SidebarUpdate[][],
      turns: [] as number[],
      shown: new Map<string, number>(),
      inFlight: 0,
      most: 0,
    };
    const owed: (() => void)[] = [];
    const ack = (): void => {
      for (const one of owed.splice(0)) {
        seen.inFlight -= 1;
        one();
      }
    };
    const leave = rounds.feed(cursor, (_event, payload, acked) => {
      const rows = Array.isArray(payload) ? payload : payload.updates;
      seen.messages.push(rows);
      seen.turns.push(clock.turn);
      for (const { symbol, offset } of rows) seen.shown.set(symbol, offset);
      seen.inFlight += 1;
      seen.most = Math.max(seen.most, seen.inFlight);
      clock.spend(costs);
      owed.push(acked);
      if (acks) ack();
    });
    const heard = () => seen.messages.map((rows) => rows.map(({ offset }) => offset).join(','));
    return Object.assign(seen, { ack, leave, heard });
  };
  let last = symbols;
  const apply = (symbol: string): void => list.apply(aRecord(++last, { symbol }));
  return { clock, list, rounds, viewer, pushed, apply };
}

describe('ViewerRounds', () => {
  it('sends a lone result at once, and of a stream one batch a window', () => {
    const { clock, viewer, apply } = aHouse(1);
    const one = viewer();
    apply('A');
    clock.advance(0);
    expect(one.heard()).toEqual(['1', '2']);
    for (let n = 0; n < 80; n += 1) {
      apply('A');
      apply('B');
      clock.advance(1);
    }
    expect(one.messages.length).toBe(2 + 80 / WINDOW_MS);
    clock.advance(WINDOW_MS);
    expect(one.shown).toEqual(
      new Map([
        ['S0', 1],
        ['A', 161],
        ['B', 162],
      ]),
    );
  });

  it('FM-RF-002 sends nothing more to a viewer that does not ack, and all that is new once it does', () => {
    const { clock, viewer, apply } = aHouse(2);
    const mute = viewer({ acks: false });
    for (let n = 0; n < 1_000; n += 1) {
      apply(`S${n % 2}`);
      clock.advance(1);
    }
    expect(mute.heard()).toEqual(['1,2']);
    mute.ack();
    clock.advance(WINDOW_MS);
    expect(mute.heard()).toEqual(['1,2', '1001,1002']);
  });

  it('shows a crowd the same object in one round, and leaves it at the same cursor', () => {
    const { clock, viewer, apply } = aHouse(3);
    const crowd = Array.from({ length: 100 }, () => viewer({ costs: 1 }));
    for (let round = 0; round < 5; round += 1) {
      // While the round is under way, so that the list has moved on before the last is served.
      for (let n = 0; n < 40; n += 1) {
        apply(`N${n % 7}`);
        clock.advance(4);
      }
      clock.advance(1_000);
    }
    const batches = new Set(crowd.flatMap(({ messages }) => messages.slice(1)));
    const told = crowd.reduce((sum, { messages }) => sum + messages.length - 1, 0);
    expect(told / batches.size).toBe(100);
  });

  it('R4 takes a viewer that has seen more than the round shows not back to it', () => {
    const { clock, viewer, apply } = aHouse(2);
    viewer();
    apply('S0');
    clock.advance(0);
    apply('S1');
    const ahead = viewer({ cursor: { store_epoch: 'epoch-1', offset: 4 } });
    apply('S0');
    clock.advance(WINDOW_MS);
    expect(ahead.heard()).toEqual(['', '5']);
  });

  it('lets others have the event loop after a few milliseconds of a round', () => {
    const { clock, viewer, apply } = aHouse(1);
    const crowd = Array.from({ length: 40 }, () => viewer({ costs: 1 }));
    apply('A');
    clock.advance(0);
    const turns = crowd.map(({ turns: [, second] }) => second);
    const inOne = turns.map((turn) => turns.filter((other) => other === turn).length);
    expect(turns).not.toContain(undefined);
    expect(Math.max(...inOne)).toBeLessThanOrEqual(5);
  });

  it('says of each row once that it has left, and of none that was there before anyone looked', () => {
    const { clock, viewer, pushed, apply } = aHouse(3);
    apply('A');
    const crowd = [viewer(), viewer(), viewer()];
    apply('A');
    clock.advance(WINDOW_MS);
    apply('B');
    clock.advance(WINDOW_MS);
    expect(crowd.map(({ messages }) => messages.length)).toEqual([3, 3, 3]);
    expect(pushed).toEqual([5, 6]);
  });

  it('stops for who has left, and altogether once it is closed', () => {
    const { clock, rounds, viewer, apply } = aHouse(1);
    const [gone, stays] = [viewer(), viewer()];
    gone.leave();
    apply('A');
    clock.advance(WINDOW_MS);
    expect([gone.messages.length, stays.messages.length, rounds.viewers]).toEqual([1, 2, 1]);
    apply('B');
    rounds.close();
    clock.advance(1_000);
    expect(stays.messages).toHaveLength(2);
  });

  it('ends with every viewer at the newest of each symbol, one batch in flight, whoever acks when', () => {
    const step = fc.record({ symbol: fc.nat(700), ms: fc.nat(9), acks: fc.nat(7), leaves: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 1_500, size: 'max' }), fc.nat(600), (steps, symbols) => {
        const house = aHouse(symbols);
        const viewers = Array.from({ length: 6 }, (_, place) => house.viewer({ acks: place === 0, costs: 1 }));
        for (const { symbol, ms, acks, leaves } of steps) {
          house.apply(`S${symbol}`);
          house.clock.advance(ms);
          viewers[acks]?.ack();
          if (leaves === 0) viewers.splice(1, 1, house.viewer())[0]?.leave();
        }
        untilAllIsAcked(house, viewers);
        const newest = new Map(house.list.above(0).map((row) => [row.symbol, row.offset]));
        for (const viewer of viewers) expect(viewer).toMatchObject({ shown: newest, most: 1 });
        for (const batch of viewers.flatMap(({ messages }) => messages)) expectRising(batch);
      }),
      { numRuns: 30 },
    );
  });
});

function untilAllIsAcked({ clock }: ReturnType<typeof aHouse>, viewers: readonly { ack(): void }[]): void {
  for (let turn = 0; turn < 10; turn += 1) {
    for (const viewer of viewers) viewer.ack();
    clock.advance(1_000);
  }
}

function expectRising(batch: readonly SidebarUpdate[]): void {
  const offsets = batch.map(({ offset }) => offset);
  expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  expect(offsets.length).toBeLessThanOrEqual(500);
}
