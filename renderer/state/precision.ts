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

/** Decimals of the most exact of a symbol's prices: what it is traded in, as far as they show. */
export const precisionOf = (prices: Iterable<number>): number => {
  let most = 0;
  for (const price of prices) most = Math.max(most, decimalsOf(price));
  return most;
};

const formats = new Map<number, Intl.NumberFormat>();

/** "1,234.50": a price with so many decimals. */
export function priceText(price: number, decimals: number): string {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  return format.format(price);
}

const share = new Intl.NumberFormat('en-GB', {
  style: 'percent',
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: 'exceptZero',
});

/** "+0.42%" with a true minus. */
export const moveText = (from: number, to: number): string => share.format(to / from - 1).replace('-', '−');
