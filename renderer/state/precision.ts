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
