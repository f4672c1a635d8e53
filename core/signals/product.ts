/** Confidence times multipliers, rounded to 9 decimals, so that the order of factors leaves no trace (R3). */
export const product = (confidence: number, ...multipliers: number[]): number =>
  Math.round(multipliers.reduce((left, factor) => left * factor, confidence) * 1e9) / 1e9;
