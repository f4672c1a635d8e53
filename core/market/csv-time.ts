import { parseInstant } from '../signals/instant.ts';

// 9 or 10 digits are seconds of 1973 to 2286, 12 or 13 the same in milliseconds; 8 digits are a date.
const SECONDS = /^\d{9,10}(?:\.\d+)?$/;
const MILLISECONDS = /^\d{12,13}(?:\.0+)?$/;

/** Epoch ms of a bar's time: ISO 8601 (UTC where it has no zone) or epoch seconds or ms; null where it is none. */
export function parseBarTime(text: string): number | null {
  if (SECONDS.test(text)) return Math.round(Number(text) * 1_000);
  if (MILLISECONDS.test(text)) return Number(text);
  return parseInstant(text);
}
