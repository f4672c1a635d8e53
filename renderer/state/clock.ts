import { createStore, type StoreApi } from 'zustand/vanilla';
import { type FeedState, presentOf } from './feed.ts';

/** Ages run on these and not on the frames, so that a quiet row repaints once a second at most. */
export interface ClockState {
  wall: number;
  /** What ages are measured against: `wall` when live, market time in a replay. */
  present: number;
}

export interface ClockOptions {
  feed: StoreApi<FeedState>;
  now(): number;
  every(ms: number, run: () => void): () => void;
}

/** A clock that ticks each second, and at once when the feed's own time may have jumped. */
export function feedClock({ feed, now, every }: ClockOptions): { clock: StoreApi<ClockState>; close: () => void } {
  const read = (): ClockState => {
    const wall = now();
    return { wall, present: presentOf(feed.getState(), wall) };
  };
  const clock = createStore<ClockState>(read);
  const tick = () => clock.setState(read());
  const stop = every(1_000, tick);
  const leave = feed.subscribe((state, before) => {
    const jumped = state.status !== before.status || state.signals.storeEpoch !== before.signals.storeEpoch;
    if (jumped || state.link !== before.link) tick();
  });
  return {
    clock,
    close: () => {
      leave();
      stop();
    },
  };
}
