import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonScan } from './json-scan.ts';

function scanned(text: string, cuts: readonly number[] = []): JsonScan {
  const scan = new JsonScan();
  let from = 0;
  for (const cut of [...cuts, text.length].sort((a, b) => a - b)) {
    scan.push(text.slice(from, cut));
    from = cut;
  }
  return scan;
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

it('measures how deep any JSON goes, however it is cut', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.array(fc.nat(200)), fc.constantFrom(0, 2), (value, cuts, air) => {
      const text = JSON.stringify(value, null, air);
      expect(scanned(text, cuts).deepest).toBe(depthOf(JSON.parse(text)));
    }),
  );
});

it('names what the outermost object holds', () => {
  const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(object, fc.array(fc.nat(200)), fc.constantFrom(0, 2), (value, cuts, air) => {
      const text = JSON.stringify(value, null, air);
      expect([...scanned(text, cuts).names].sort()).toEqual(Object.keys(JSON.parse(text)).sort());
    }),
  );
});

it.each([
  ['{"a":1,"a":2}', ['a', 'a']],
  ['{"a":1, "\\u0061" : 2}', ['a', 'a']],
  ['{"a":{"a":1},"b":"a:\\":"}', ['a', 'b']],
  ['{"a":"b","c":["d","e"]}', ['a', 'c']],
])('sees what stands twice in %s', (text, names) => {
  expect(scanned(text).names).toEqual(names);
});
