/** What Redis holds; docs/operations.md describes each. Only the relay writes any of it. */
export const STREAM_KEY = 'aaos:task_completions';
/** Symbol to its newest result. */
export const NEWEST_KEY = 'aaos:newest';
/** Which life of a store the stream is of, and how far it has come. */
export const HEAD_KEY = 'aaos:head';
/** The engine's status and prices, as JSON. */
export const SCREEN_KEY = 'aaos:screen';
/** Tasks within a Sovereign call. */
export const PROCESSING_KEY = 'processing_tasks';
/** Each result once, after its commit, for whoever happens to listen. */
export const RESULTS_CHANNEL = 'aaos:results:';

/** Where the stream of another life of a store is put. */
export const awayKey = (storeEpoch: string): string => `${STREAM_KEY}:${storeEpoch || 'unknown'}`;
