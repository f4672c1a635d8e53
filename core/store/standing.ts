import type { Anchor } from './anchor.ts';

/** What a store says of itself when it is opened. */
export interface StoreTail {
  /** Empty for a store that was begun just now. */
  epoch: string;
  /** The highest offset and its hash; offset 0 for an empty store. */
  offset: number;
  hash: string;
  /** The hash stored at the anchor's offset; null where there is no such row. */
  hashAtAnchor: string | null;
}

export interface Standing {
  /** Whether offsets may be given a second time, so that every cursor of before is void. */
  newEpoch: boolean;
  /** A plain sentence where something is wrong with what is stored; null where nothing is. */
  alarm: string | null;
}

const results = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'result' : 'results'}`;

/** Holds a store against what was remembered beside it (design: trust). */
export function standingOf(anchor: Anchor | null, store: StoreTail): Standing {
  if (!anchor)
    return store.offset === 0
      ? { newEpoch: false, alarm: null }
      : {
          newEpoch: true,
          alarm:
            'The anchor beside the store is missing, so nobody can tell whether results were lost: run aurora verify',
        };
  if (store.epoch !== '' && anchor.epoch !== store.epoch)
    return {
      newEpoch: true,
      alarm:
        'This store is not the one that was at work here before: it was restored or replaced. All screens start anew',
    };
  if (store.offset < anchor.offset)
    return {
      newEpoch: true,
      alarm: `${results(anchor.offset - store.offset)} that had been stored are lost: the store ends at #${store.offset}, #${anchor.offset} was acknowledged. Restore a backup with aurora restore, or go on without them`,
    };
  if (anchor.offset > 0 && store.hashAtAnchor !== null && store.hashAtAnchor !== anchor.hash)
    return {
      newEpoch: true,
      alarm: `The result #${anchor.offset} is not the one that was acknowledged: run aurora verify`,
    };
  return { newEpoch: false, alarm: null };
}
