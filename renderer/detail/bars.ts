import { useCallback, useEffect, useState } from 'react';
import { parseInstant } from '../../core/signals/instant.ts';
import { barMs } from '../state/age.ts';
import { usePrice, useStores } from '../state/stores.ts';
import { type ChartBars, fromPage, joined, NO_BARS } from './chart-bars.ts';

export interface LoadedBars {
  data: ChartBars;
  /** False until the engine has answered once. */
  known: boolean;
  fault: string | null;
  loadOlder(): void;
}

interface Loaded {
  key: string;
  data: ChartBars;
  known: boolean;
  fault: string | null;
}

const AFTERWARDS = 50;
const nothing = (key: string): Loaded => ({ key, data: NO_BARS, known: false, fault: null });

/** Opening of the newest bar known, where another one has closed since by the last price's time; else null. */
function behind({ bars }: ChartBars, timeframe: string, priceTime: number): boolean {
  const newest = bars.at(-1);
  return newest === undefined || priceTime >= newest.time + 2 * barMs(timeframe);
}

/** The bars of a symbol in one timeframe: what is new is asked for as bars close, what is older as it is looked at. */
export function useBars(symbol: string, timeframe: string): LoadedBars {
  const { api } = useStores();
  const key = `${symbol}\n${timeframe}`;
  const [state, setState] = useState<Loaded>(() => nothing(key));
  const loaded = state.key === key ? state : nothing(key);
  const priceTime = parseInstant(usePrice(symbol)?.time) ?? 0;
  const due = behind(loaded.data, timeframe, priceTime) ? priceTime : null;
  const newest = loaded.data.bars.at(-1)?.time;

  useEffect(() => {
    if (due === null) return;
    const asking = new AbortController();
    const before = (state: Loaded): Loaded => (state.key === key ? state : nothing(key));
    const ask = (limit?: number) => api.bars({ symbol, timeframe, ...(limit ? { limit } : {}) }, asking.signal);
    const load = async (): Promise<ChartBars> => {
      const more = fromPage(await ask(newest === undefined ? undefined : AFTERWARDS));
      // So many have closed meanwhile that the two do not meet: begin anew.
      const meets = newest === undefined || more.bars.some(({ time }) => time === newest);
      return meets ? more : fromPage(await ask());
    };
    load().then(
      (more) =>
        setState((state) => {
          const known = before(state);
          const meets = more.bars.some(({ time }) => time === known.data.bars.at(-1)?.time);
          return { key, data: meets ? joined(known.data, more) : more, known: true, fault: null };
        }),
      (error: Error) =>
        asking.signal.aborted || setState((state) => ({ ...before(state), known: true, fault: error.message })),
    );
    return () => asking.abort();
  }, [api, key, symbol, timeframe, due, newest]);

  const { older } = loaded.data;
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    if (asked === null || asked !== older) return;
    const asking = new AbortController();
    api.bars({ symbol, timeframe, before: asked }, asking.signal).then(
      (page) =>
        setState((state) => (state.key === key ? { ...state, data: joined(state.data, fromPage(page)) } : state)),
      // It is asked for again when the eye comes back to it.
      () => asking.signal.aborted || setAsked(null),
    );
    return () => asking.abort();
  }, [api, key, symbol, timeframe, asked, older]);
  const loadOlder = useCallback(() => setAsked(older), [older]);

  return { data: loaded.data, known: loaded.known, fault: loaded.fault, loadOlder };
}
