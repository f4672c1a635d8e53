const NAME_WIDTH = 44;
const WIDTH = 12;

/** A table for the terminal: what a row is about, then its cells. */
export const table = (rows: readonly (readonly string[])[]): string =>
  rows
    .map(([name = '', ...cells]) => `${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}`)
    .join('\n');

export const ms = (value: number): string => value.toFixed(2);
export const perSecond = (value: number): string => Math.round(value).toLocaleString('en-US');

/** One target, and whether it holds. */
export const verdict = (what: string, measured: number, relation: 'at least' | 'at most', target: number): string => {
  const holds = relation === 'at least' ? measured >= target : measured <= target;
  return `${what}: ${measured.toFixed(2)}, target ${relation} ${target}: ${holds ? 'it holds' : 'it does not hold'}.`;
};
