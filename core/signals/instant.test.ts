import { expect, it } from 'vitest';
import { parseInstant, toIso } from './instant.ts';

const noon = Date.UTC(2026, 0, 5, 12, 0, 0);

it.each([
  '2026-01-05T12:00:00.000Z',
  '2026-01-05T12:00:00Z',
  '2026-01-05T12:00:00',
  '2026-01-05 12:00:00',
  '2026-01-05T12:00',
  '20260105T120000Z',
  '2026-01-05T12:00:00.000000',
  '2026-01-05T12:00:00,000Z',
  '2026-01-05T14:00:00+02:00',
  '2026-01-05T06:30:00-0530',
  '2026-01-05T13:00:00+01',
])('reads %s as noon UTC', (text) => {
  expect(parseInstant(text)).toBe(noon);
});

it('reads a date as its midnight and microseconds to the millisecond', () => {
  expect(parseInstant('2026-01-05')).toBe(Date.UTC(2026, 0, 5));
  expect(parseInstant('2026-01-05T12:00:00.123456')).toBe(noon + 123);
});

it.each([
  '',
  'yesterday',
  '2026-02-30T00:00:00Z',
  '2026-13-01',
  '2026-01-05T25:00:00Z',
  'Mon Jan 5 2026',
  7,
  null,
  undefined,
])('does not read %s', (text) => {
  expect(parseInstant(text)).toBeNull();
});

it('writes UTC with milliseconds and Z', () => {
  expect(toIso(noon)).toBe('2026-01-05T12:00:00.000Z');
});
