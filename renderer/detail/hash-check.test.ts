import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { checkHash } from './hash-check.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const FIRST = {
  offset: 1,
  symbol: 'ADA/BTC',
  confidence: 0.1,
  hash: sha256('{"confidence":0.1,"offset":1,"symbol":"ADA/BTC"}'),
};
const SECOND = {
  symbol: 'é"\u2028',
  of_a_later_version: [1e21, null],
  offset: 2,
  hash: sha256(`${FIRST.hash}{"of_a_later_version":[1e+21,null],"offset":2,"symbol":"é\\"\u2028"}`),
};

it('makes a hash anew from the record and the hash before it, fields included that it does not know', async () => {
  expect(await checkHash([FIRST], 1)).toBe('adds_up');
  expect(await checkHash([SECOND, FIRST], 2)).toBe('adds_up');
});

it.each([
  ['a figure', [{ ...SECOND, offset: 2, of_a_later_version: [1e22, null] }, FIRST]],
  ['a field more', [{ ...SECOND, more: true }, FIRST]],
  ['the record before it', [SECOND, { ...FIRST, hash: sha256('another') }]],
])('does not add up once somebody has changed %s', async (_what, items) => {
  expect(await checkHash(items, 2)).toBe('does_not');
});

it.each([
  ['the record before it is not listed', [SECOND]],
  ['another one stands before it', [SECOND, { ...FIRST, offset: 0 }]],
  ['it is not the record that was asked for', [FIRST]],
  ['there is nothing to be read', ['?', 7]],
  ['nothing comes', []],
])('is not known where %s', async (_what, items) => {
  expect(await checkHash(items, 2)).toBe('unknown');
});
