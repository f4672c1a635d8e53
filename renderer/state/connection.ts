import { UPDATES_PER_BATCH } from '../../core/contract/sidebar.ts';
import { adviceFor } from '../feed/refusals.ts';
import type { FeedState } from './feed.ts';
import { clockText } from './time-text.ts';

/** How the link stands, in words: a viewer can never mistake an old screen for a live one. */
export interface Connection {
  tone: 'good' | 'busy' | 'bad';
  label: string;
  /** What is wrong and what to do, where the label is not enough. */
  advice: string | null;
  /** True where the rows are, or may be, of before. */
  stale: boolean;
}

type Told = Pick<FeedState, 'link' | 'status' | 'heardAt' | 'laggingSince'>;

/** A commit is always a moment ahead of its push; that is not worth a word. */
const LAG_GRACE_MS = 1_000;

function lagOf({ status, laggingSince }: Told, wall: number): number {
  if (!status || laggingSince === null) return 0;
  return status.lag >= UPDATES_PER_BATCH || wall - laggingSince >= LAG_GRACE_MS ? status.lag : 0;
}

function whileLive(feed: Told, wall: number): Connection {
  const silent = feed.status?.silent;
  if (silent) return { tone: 'bad', label: 'No word of the engine', advice: `${silent}.`, stale: true };
  const notSaved = feed.status?.not_saved;
  if (notSaved)
    return {
      tone: 'bad',
      label: `Not saved: ${notSaved}`,
      advice: `Nothing new is being saved, so nothing new is shown: ${notSaved}.`,
      stale: true,
    };
  const lag = lagOf(feed, wall);
  return lag > 0
    ? { tone: 'busy', label: `Catching up (${lag.toLocaleString('en')})`, advice: null, stale: false }
    : { tone: 'good', label: 'Live', advice: null, stale: false };
}

export function connectionOf(feed: Told, wall: number): Connection {
  const { link, heardAt } = feed;
  switch (link.is) {
    case 'live':
      return whileLive(feed, wall);
    case 'catching_up':
      return { tone: 'busy', label: 'Catching up', advice: null, stale: true };
    case 'reconnecting':
      return {
        tone: 'busy',
        label: `Reconnecting (last update ${heardAt === null ? 'unknown' : clockText(heardAt)})`,
        advice: null,
        stale: true,
      };
    case 'starting':
      return { tone: 'busy', label: `Starting: ${link.part}`, advice: null, stale: true };
    case 'down':
      return { tone: 'bad', label: `Down: ${link.part}`, advice: link.message, stale: true };
    case 'refused':
      return { tone: 'bad', label: 'Refused', advice: adviceFor(link), stale: true };
    case 'connecting':
      return {
        tone: 'busy',
        label: 'Connecting',
        advice: link.unanswered ? 'No engine answers here. Start it with npm start.' : null,
        stale: true,
      };
  }
}
