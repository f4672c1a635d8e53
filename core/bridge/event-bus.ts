import type { BusEvents } from '../contract/bus.ts';
import type { Disposer } from '../kit/disposers.ts';

type Listener<C extends keyof BusEvents> = (event: BusEvents[C]) => void;

/** Events tell, in process, what is on disk already (R7). */
export class EventBus {
  readonly #listeners: { [C in keyof BusEvents]: Set<Listener<C>> } = {
    'analysis-events': new Set(),
    'signal-events': new Set(),
  };

  on<C extends keyof BusEvents>(channel: C, listener: Listener<C>): Disposer {
    const listeners: Set<Listener<C>> = this.#listeners[channel];
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  publish<C extends keyof BusEvents>(channel: C, event: BusEvents[C]): void {
    const listeners: Set<Listener<C>> = this.#listeners[channel];
    for (const listener of [...listeners]) listener(event);
  }
}
