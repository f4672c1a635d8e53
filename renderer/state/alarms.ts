import { createStore, type StoreApi } from 'zustand/vanilla';

/** Which of the store's alarms have been read and put away, for as long as the page is open. */
export interface AlarmDesk {
  store: StoreApi<{ away: ReadonlySet<string> }>;
  putAway(sentence: string): void;
  /** Shows every alarm again. */
  callBack(): void;
}

export function openAlarmDesk(): AlarmDesk {
  const store = createStore<{ away: ReadonlySet<string> }>(() => ({ away: new Set() }));
  return {
    store,
    putAway: (sentence) => store.setState(({ away }) => ({ away: new Set(away).add(sentence) })),
    callBack: () => store.setState({ away: new Set() }),
  };
}
