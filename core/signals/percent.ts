/** "68%" of a share of 1: half-even on the double value*100, which neither Intl nor toFixed does. */
export function percent(share: number): string {
  const hundredfold = share * 100;
  const floor = Math.floor(hundredfold);
  const rest = hundredfold - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return `${up ? floor + 1 : floor}%`;
}
