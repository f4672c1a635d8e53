import { createStore, type StoreApi } from 'zustand/vanilla';
import type { FeedState } from './feed.ts';

/** Which of the store's alarms have been read and put away, for as long as the page is open and the store tells them. */
export interface AlarmDesk {
  store: StoreApi<{ away: ReadonlySet<string> }>;
  putAway(sentence: string): void;
  /** Shows every alarm again. */
  callBack(): void;
}

export function openAlarmDesk({ feed }: { feed: StoreApi<FeedState> }): AlarmDesk {
  const store = createStore<{ away: ReadonlySet<string> }>(() => ({ away: new Set() }));
  // The same sentence at the next outage is another alarm; without a status nothing is known of any.
  feed.subscribe(({ status }) => {
    const { away } = store.getState();
    if (!status || [...away].every((sentence) => status.alarms.includes(sentence))) return;
    store.setState({ away: new Set([...away].filter((sentence) => status.alarms.includes(sentence))) });
  });
  return {
    store,
    putAway: (sentence) => store.setState(({ away }) => ({ away: new Set(away).add(sentence) })),
    callBack: () => store.setState({ away: new Set() }),
  };
}
