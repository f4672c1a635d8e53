/**
 * When a thing that broke may be begun again: at once, but no more often than `times` in `ms`. Answers with
 * how long to wait, in milliseconds.
 */
export function seldomAgain(times: number, ms: number, monotonic: () => number): () => number {
  const begun: number[] = [];
  return () => {
    const now = monotonic();
    const first = begun.length < times ? undefined : begun.shift();
    const at = first === undefined ? now : Math.max(now, first + ms);
    begun.push(at);
    return at - now;
  };
}
