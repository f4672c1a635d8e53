const MAD_TO_SIGMA = 1.4826;

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** How far a value lies above the median of others, in robust deviations; 0 where those do not vary or are few. */
export function robustZ(value: number, others: readonly number[]): number {
  const finite = others.filter(Number.isFinite);
  if (!Number.isFinite(value) || finite.length * 2 < others.length) return 0;
  const centre = median(ascending(finite));
  const spread = median(ascending(finite.map((other) => Math.abs(other - centre))));
  return spread > 0 ? (value - centre) / (MAD_TO_SIGMA * spread) : 0;
}
