import fc from 'fast-check';
import { expect, it } from 'vitest';
import { whyNotStorable } from './storable.ts';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`);

it('takes any JSON value of finite numbers and whole characters', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
      expect(whyNotStorable(value)).toBeNull();
    }),
  );
  expect(whyNotStorable({ emoji: '🦀', none: null })).toBeNull();
});

it.each([
  [JSON.parse('{"a": [1e999]}'), 'not finite'],
  [JSON.parse('{"a": "\\ud800"}'), 'surrogate'],
  [JSON.parse('{"\\udc00": 1}'), 'surrogate'],
  [nested(40), 'levels deep'],
  [nested(100_000), 'levels deep'],
])('says what is wrong with %#', (value, why) => {
  expect(whyNotStorable(value)).toContain(why);
});
