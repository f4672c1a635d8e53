import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ServerEvents } from './server-events.ts';

function heard(parts: readonly string[]): string[] {
  const events = new ServerEvents();
  return [...parts.flatMap((part) => events.push(part)), ...events.end()];
}

it('takes the data out, and passes over comments and other fields', () => {
  const text = ': alive\n\nevent: x\nid: 7\ndata: one\n\ndata:two\r\n\r\ndata: three\ndata: lines\n\n\ndata: [DONE]';
  expect(heard([text])).toEqual(['one', 'two', 'three\nlines', '[DONE]']);
});

it('hears the same however the stream is cut', () => {
  const line = fc.constantFrom('data: {"a":1}', 'data:b', ': c', 'event: d', '', 'data: é😀');
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(300)), (lines, end, cuts) => {
      const text = lines.map((one) => one + end).join('');
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const parts = places.slice(1).map((to, at) => text.slice(places[at], to));
      expect(heard(parts)).toEqual(heard([text]));
    }),
  );
});

it('is quick with a line that never ends', () => {
  const events = new ServerEvents();
  for (let part = 0; part < 200_000; part += 1) events.push('x');
  expect(events.end()).toEqual([]);
});
