/** Where each figure stands in a row of a bars file. */
export interface Columns {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

const HEADERS: Readonly<Record<keyof Columns, readonly string[]>> = {
  time: ['time', 'timestamp', 'datetime', 'date_time', 'open_time', 'date'],
  open: ['open'],
  high: ['high'],
  low: ['low'],
  close: ['close'],
  volume: ['volume', 'vol'],
};

const FIGURES = Object.keys(HEADERS) as (keyof Columns)[];

const normal = (header: string): string => header.trim().toLowerCase().replaceAll(' ', '_');

/** The columns of a header, in any case and order; a nameless first column is the time. Else what is wrong. */
export function findColumns(header: readonly string[]): Columns | { fault: string } {
  const names = header.map(normal);
  const place = (figure: keyof Columns): number => {
    const alias = HEADERS[figure].find((name) => names.includes(name));
    if (alias !== undefined) return names.indexOf(alias);
    return figure === 'time' && names[0] === '' ? 0 : -1;
  };
  const columns = Object.fromEntries(FIGURES.map((figure) => [figure, place(figure)])) as unknown as Columns;
  const missing = FIGURES.filter((figure) => columns[figure] < 0);
  if (missing.length > 0) return { fault: `no column ${missing.join(', ')}` };
  const twice = FIGURES.find((figure) => names.indexOf(names[columns[figure]] ?? '', columns[figure] + 1) >= 0);
  return twice ? { fault: `the column ${names[columns[twice]]} twice` } : columns;
}
