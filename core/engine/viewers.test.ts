import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aRecord } from '../bridge/testing/a-record.ts';
import type { SidebarUpdate, Snapshot } from '../contract/sidebar.ts';
import { TOKENS } from '../gateway/testing/a-gateway.ts';
import { type ASidebar, aSidebar } from './testing/a-sidebar.ts';

const SLOW_MS = 200;
const LOAD_MS = 3_000;
const SYMBOLS = 700;

type Manner = 'prompt' | 'slow' | 'mute';

/** A viewer with an ordinary client that shows what it is told last, so that the engine alone keeps the order. */
class Viewer {
  readonly shown = new Map<string, number>();
  readonly sizes: number[] = [];
  /** Acks that it owes, and the most that it ever owed. */
  inFlight = 0;
  most = 0;
  #manner: Manner;
  readonly #socket: Socket;
  readonly #owed: (() => void)[] = [];

  constructor(url: string, manner: Manner = 'prompt') {
    this.#manner = manner;
    const auth = { token: TOKENS.viewer, protocol: 1 };
    this.#socket = io(`${url}/sidebar`, { transports: ['websocket'], forceNew: true, auth });
    this.#socket.on('snapshot', ({ updates }: Snapshot, ack: () => void) => this.#take(updates, ack));
    this.#socket.on('sidebar_update', (updates: SidebarUpdate[], ack: () => void) => this.#take(updates, ack));
  }

  /** From now on it acks at once, beginning with what it owes. */
  wakeUp(): void {
    this.#manner = 'prompt';
    this.#payBack();
  }

  close(): void {
    this.#socket.disconnect();
  }

  #take(updates: readonly SidebarUpdate[], ack: () => void): void {
    for (const { symbol, offset } of updates) this.shown.set(symbol, offset);
    this.sizes.push(updates.length);
    this.inFlight += 1;
    this.most = Math.max(this.most, this.inFlight);
    this.#owed.push(ack);
    if (this.#manner === 'prompt') this.#payBack();
    if (this.#manner === 'slow') setTimeout(() => this.#payBack(), SLOW_MS);
  }

  #payBack(): void {
    for (const ack of this.#owed.splice(0)) {
      this.inFlight -= 1;
      ack();
    }
  }
}

async function aHouse(viewers?: number): Promise<ASidebar & { viewer(manner?: Manner): Viewer }> {
  const sidebar = await aSidebar(viewers === undefined ? {} : { viewers });
  const open: Viewer[] = [];
  onTestFinished(async () => {
    for (const viewer of open) viewer.close();
    await sidebar.close();
  });
  const viewer = (manner?: Manner): Viewer => {
    const one = new Viewer(sidebar.url, manner);
    open.push(one);
    return one;
  };
  return { ...sidebar, viewer };
}

const newestOf = ({ list }: ASidebar): Map<string, number> =>
  new Map(list.above(0).map(({ symbol, offset }) => [symbol, offset]));

const same = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([symbol, offset]) => b.get(symbol) === offset);

/** As fast as it goes, a few in each turn of the event loop, and each symbol at least once. */
async function load(house: ASidebar): Promise<void> {
  let offset = 0;
  for (const end = performance.now() + LOAD_MS; performance.now() < end || offset < SYMBOLS; ) {
    house.append(Array.from({ length: 20 }, () => aRecord(++offset, { symbol: `S${(offset * 11) % SYMBOLS}` })));
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await house.published();
}

describe('viewers over real sockets', () => {
  it('FM-RF-002 all end at the newest of each symbol, and the slow and the mute cost nothing meanwhile', async () => {
    const house = await aHouse();
    const prompt = Array.from({ length: 32 }, () => house.viewer());
    const slow = Array.from({ length: 4 }, () => house.viewer('slow'));
    const mute = Array.from({ length: 4 }, () => house.viewer('mute'));
    const all = [...prompt, ...slow, ...mute];
    await expect.poll(() => all.every(({ sizes }) => sizes.length === 1)).toBe(true);
    await load(house);

    await expect.poll(() => [...prompt, ...slow].every(({ shown }) => same(shown, newestOf(house)))).toBe(true);
    expect(mute.map(({ sizes }) => sizes)).toEqual([[0], [0], [0], [0]]);
    for (const viewer of mute) viewer.wakeUp();
    await expect.poll(() => mute.every(({ shown }) => same(shown, newestOf(house)))).toBe(true);
    expect(mute.map(({ sizes }) => sizes)).toEqual(Array(4).fill([0, 500, SYMBOLS - 500]));
    for (const { most, sizes } of all) {
      expect(most).toBe(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    }
  });

  it('R4 end in the same display in whatever order results were stored, and however often they were published', async () => {
    const result = fc.record({
      symbol: fc.constantFrom('A', 'B', 'C', '__proto__'),
      at: fc.nat(20),
      stage: fc.constantFrom('analysis' as const, 'signal' as const),
    });
    const set = fc.uniqueArray(result, { selector: nameOf, minLength: 1, maxLength: 40, size: 'max' });
    const orders = set.chain((some) => {
      const order = fc.shuffledSubarray(some, { minLength: some.length });
      return fc.tuple(
        order,
        order,
        fc.array(fc.record({ again: fc.nat(40), pauseMs: fc.nat(9) }), { maxLength: 40, size: 'max' }),
      );
    });
    await fc.assert(
      fc.asyncProperty(orders, async ([one, other, moments]) => {
        expect(await displayAfter(one, moments)).toEqual(await displayAfter(other, moments));
      }),
      { numRuns: 15 },
    );
  });
});

interface Given {
  symbol: string;
  at: number;
  stage: 'analysis' | 'signal';
}

const nameOf = ({ symbol, at, stage }: Given): string => `${symbol} ${at} ${stage}`;

/** What two viewers show in the end: one that was there from the beginning, one that came half-way. */
async function displayAfter(
  order: readonly Given[],
  moments: readonly { again: number; pauseMs: number }[],
): Promise<Map<string, string>> {
  const sidebar = await aSidebar();
  const records = order.map((given, place) => aRecord(place + 1, { ...given, task_id: nameOf(given) }));
  const viewers = [new Viewer(sidebar.url)];
  await expect.poll(() => viewers[0]?.sizes.length).toBe(1);
  for (const [place, record] of records.entries()) {
    const { again = 0, pauseMs = 0 } = moments[place] ?? {};
    // The bridge publishes again, from an earlier one on, what it could not ack.
    for (const repeated of records.slice(Math.max(0, place - again), place)) sidebar.publish(repeated);
    sidebar.publish(record);
    if (place === records.length >> 1) viewers.push(new Viewer(sidebar.url));
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const newest = newestOf(sidebar);
  await expect.poll(() => viewers.every(({ shown }) => same(shown, newest))).toBe(true);
  for (const viewer of viewers) viewer.close();
  await sidebar.close();
  return new Map([...newest].sort().map(([symbol, offset]) => [symbol, records[offset - 1]?.task_id ?? '']));
}
