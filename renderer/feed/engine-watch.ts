import type { StoreApi } from 'zustand/vanilla';
import { type AuroraWindow, engineStateSchema } from '../../core/contract/window.ts';
import { type FeedState, withLink } from '../state/feed.ts';

type Open = (engine: { url: string; token: string }) => () => void;

/** In a window: says what the engine's start is at, and opens a link to it whenever it is ready. */
export function followEngine(window: AuroraWindow, feed: StoreApi<FeedState>, open: Open): void {
  let close = (): void => {};
  let linkedTo = '';
  window.watchEngine((told) => {
    const state = engineStateSchema.safeParse(told);
    if (!state.success) return;
    if (state.data.is !== 'ready') {
      close();
      linkedTo = '';
      feed.setState((before) => withLink(before, state.data as Exclude<typeof state.data, { is: 'ready' }>));
      return;
    }
    // The same engine may be told of twice: at once, and at its change.
    if (linkedTo === state.data.url) return;
    close();
    linkedTo = state.data.url;
    close = open(state.data);
  });
}
