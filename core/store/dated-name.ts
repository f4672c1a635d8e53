/** An instant (epoch ms) as part of a file's name on any system; such names sort by time. */
export const stampOf = (now: number): string => new Date(now).toISOString().replace(/[:.]/g, '-');

const STAMP = /(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)/;

/** The instant (epoch ms) in such a name; null where there is none. */
export function instantIn(name: string): number | null {
  const [, hour, minute, second, rest] = STAMP.exec(name) ?? [];
  return hour === undefined ? null : Date.parse(`${hour}:${minute}:${second}.${rest}`);
}
