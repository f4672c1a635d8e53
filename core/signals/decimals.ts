/** More figures than a price has are noise of its arithmetic. */
const SIGNIFICANT = 10;
const DECIMALS_MAX = 12;

/** Decimals that a price is written with: 0.0000543 has 7, 101.5 one. */
export function decimalsOf(price: number): number {
  if (!Number.isFinite(price) || price === 0) return 0;
  const [figures = '', exponent = '0'] = Number(price.toPrecision(SIGNIFICANT)).toExponential().split('e');
  const after = figures.split('.')[1]?.length ?? 0;
  return Math.max(0, Math.min(DECIMALS_MAX, after - Number(exponent)));
}

/** Far below what `SIGNIFICANT` keeps, far above the noise of a multiplication. */
const SAME = 1e-12;

/** Decimals of the most exact of a symbol's prices: what it is traded in, as far as they show. */
export function mostDecimals(prices: Iterable<number>): number {
  let most = 0;
  for (const price of prices) {
    // Writing a number out costs a hundred times as much, and few prices are more exact than those before.
    const units = price * 10 ** most;
    if (Math.abs(units - Math.round(units)) > Math.abs(units) * SAME) most = Math.max(most, decimalsOf(price));
  }
  return most;
}
