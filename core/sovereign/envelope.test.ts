import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEnvelope } from './envelope.ts';

const piece = { text: '', declined: false, finish: null, usage: null, failed: false };
const chunk = (delta: unknown, more: object = {}): string => JSON.stringify({ choices: [{ delta, ...more }] });

it.each([
  ['a piece of a stream', chunk({ role: 'assistant', content: 'BU' }), { text: 'BU' }],
  [
    'a whole answer',
    '{"choices":[{"message":{"content":"BUY"},"finish_reason":"stop"}]}',
    { text: 'BUY', finish: 'stop' },
  ],
  [
    'parts, without the thoughts',
    chunk({
      content: [
        { type: 'thinking', thinking: [] },
        { type: 'text', text: 'B' },
      ],
    }),
    { text: 'B' },
  ],
  [
    'a last piece with what it took',
    '{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}',
    { usage: { input_tokens: 7, output_tokens: 3 } },
  ],
  ['a refusal', chunk({ refusal: 'no' }), { declined: true }],
  ['a filter', chunk({}, { finish_reason: 'content_filter' }), { declined: true, finish: 'content_filter' }],
  ['a server that gives up', '{"error":{"message":"gone"}}', { failed: true }],
])('reads %s', (_, text, expected) => {
  expect(readEnvelope(text)).toEqual({ ...piece, ...expected });
});

it.each([-1, 1.5, '7', 1e300, null])('takes %j for no count of tokens', (prompt_tokens) => {
  expect(readEnvelope(JSON.stringify({ usage: { prompt_tokens, completion_tokens: 1 } }))).toEqual(piece);
});

it.each(['', 'null', '[]', '{"choices":7}', chunk({ content: 7 }), chunk({ content: [{}] }), '['.repeat(100_000)])(
  'takes what is none for none: %.40j',
  (text) => {
    expect(readEnvelope(text)).toBeNull();
  },
);

it('never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readEnvelope(text)),
    { numRuns: 2_000 },
  );
});
