import type { SidebarUpdate } from '../core/contract/sidebar.ts';

type Warned = Pick<SidebarUpdate, 'origin' | 'symbol' | 'timeframe' | 'signal' | 'warning'>;

/** A Hidden Hand warning in the system's words, with how many others came since the last; a replay's says so (R12). */
export const noticeOf = ({ origin, symbol, timeframe, signal, warning }: Warned, others: number) => ({
  title: `${origin === 'live' ? '' : 'REPLAY '}${symbol}: ${signal} against the market`,
  body: `${timeframe}: ${warning}${others > 0 ? ` And ${others} more since the last notice.` : ''}`,
});
