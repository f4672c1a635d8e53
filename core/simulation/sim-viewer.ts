import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimSocket } from './sim-net.ts';
import type { ViewerMessage } from './wire.ts';
import type { Witness } from './witness.ts';

interface ViewerWorld {
  clock: SimClock;
  witness: Witness;
  random(): Random;
  faults(): Readonly<Faults>;
  dialViewer(viewer: SimViewer): SimSocket | null;
}

const RECONNECT_MS = [300, 3_000] as const;
const STALL_MS = [2_000, 120_000] as const;

/** A viewer without a rule of its own: it shows what it was told last, so that the engine alone keeps the order. */
export class SimViewer {
  readonly shown = new Map<string, SidebarUpdate>();
  readonly #world: ViewerWorld;
  #socket: SimSocket | null = null;
  #epoch: string | null = null;
  #offset = 0;

  constructor(world: ViewerWorld) {
    this.#world = world;
    this.#dialLater(0);
  }

  get cursor(): { store_epoch: string | null; offset: number } {
    return { store_epoch: this.#epoch, offset: this.#offset };
  }

  cut(): void {
    this.#socket?.cut();
  }

  receive(message: ViewerMessage): void {
    const { witness } = this.#world;
    const socket = this.#socket;
    if (message.event === 'snapshot') {
      const { store_epoch, offset, full, updates } = message.payload;
      witness.screens.snapshot(full, this.#epoch, store_epoch);
      if (full) this.shown.clear();
      this.#take(updates);
      this.#epoch = store_epoch;
      this.#offset = offset;
    } else {
      this.#take(message.payload);
      this.#offset = Math.max(this.#offset, message.payload.at(-1)?.offset ?? 0);
    }
    const { random, faults, clock } = this.#world;
    const stalls = random().chance(faults().viewerStalls);
    clock.after(stalls ? random().between(...STALL_MS) : 1, () => socket?.send('client', message.id));
  }

  closed(): void {
    this.#socket = null;
    this.#dialLater(this.#world.random().between(...RECONNECT_MS));
  }

  #take(updates: readonly SidebarUpdate[]): void {
    this.#world.witness.screens.batch(updates);
    for (const update of updates) {
      this.#world.witness.screens.shown(update, this.shown.get(update.symbol));
      this.shown.set(update.symbol, update);
    }
  }

  #dialLater(ms: number): void {
    this.#world.clock.after(ms, () => {
      if (this.#socket) return;
      this.#socket = this.#world.dialViewer(this);
      if (!this.#socket) this.#dialLater(this.#world.random().between(...RECONNECT_MS));
    });
  }
}
