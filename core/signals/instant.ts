const ISO =
  /^(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

function zoneMinutes(zone: string | undefined): number {
  if (!zone || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return zone.startsWith('-') ? -minutes : minutes;
}

/**
 * Epoch ms of an ISO 8601 date or time; one without a zone is UTC (R4: agents send naive UTC, which
 * Date.parse alone reads as local time). Null where it is none.
 */
export function parseInstant(text: unknown): number | null {
  const part = typeof text === 'string' ? ISO.exec(text.trim()) : null;
  if (!part) return null;
  const [year, month, day, hour, minute, second] = part.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = Number(`${part[7] ?? ''}000`.slice(0, 3));
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  const calendar = new Date(utc);
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return null;
  return utc - zoneMinutes(part[8]) * 60_000;
}

/** ISO 8601 UTC with milliseconds and Z. */
export const toIso = (ms: number): string => new Date(ms).toISOString();
