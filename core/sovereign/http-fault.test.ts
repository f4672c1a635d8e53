import { describe, expect, it } from 'vitest';
import { networkFailure, retryAfter, statusFailure } from './http-fault.ts';

const words = { name: 'openai:gpt', origin: 'https://api.openai.com', keyHint: 'look at OPENAI_API_KEY' };
const SECRET = 'q7-unheard-of-9';

describe('what a status stands for', () => {
  it.each([
    [400, '', 'misconfigured', 'sovereign_timeout', 'does not take'],
    [401, '', 'misconfigured', 'sovereign_timeout', 'look at OPENAI_API_KEY'],
    [402, '', 'misconfigured', 'sovereign_timeout', 'no credit left'],
    [403, '', 'misconfigured', 'sovereign_timeout', 'look at OPENAI_API_KEY'],
    [404, '', 'misconfigured', 'sovereign_timeout', 'check the model'],
    [413, '', 'too_long', 'sovereign_timeout', 'context_tokens'],
    [408, '', 'overloaded', 'sovereign_timeout', 'too slow'],
    [429, '', 'overloaded', 'sovereign_timeout', 'asked too often'],
    [500, '', 'overloaded', 'sovereign_timeout', 'failed on the server'],
    [503, '', 'overloaded', 'sovereign_timeout', 'overloaded'],
    [529, '', 'overloaded', 'sovereign_timeout', 'overloaded'],
    [429, '{"error":{"code":"insufficient_quota"}}', 'misconfigured', 'sovereign_timeout', 'no credit left'],
    [400, '{"error":{"type":"x","code":"context_length_exceeded"}}', 'too_long', 'sovereign_timeout', 'context_tokens'],
    [400, '{"error":{"type":"exceed_context_size_error"}}', 'too_long', 'sovereign_timeout', 'context_tokens'],
    [
      400,
      '{"message":"This model\'s maximum context length is 4096 tokens","code":400}',
      'too_long',
      'sovereign_timeout',
      'context_tokens',
    ],
    [500, 'maximum context length', 'overloaded', 'sovereign_timeout', 'failed on the server'],
    [400, '{"error":{"code":"content_policy_violation"}}', 'declined', 'invalid_result', 'content filter'],
    [404, '{"code":"model_not_found"}', 'misconfigured', 'sovereign_timeout', 'check its name'],
  ] as const)('%i %s', (status, body, fault, source, why) => {
    const failure = statusFailure(status, body, null, words);
    expect(failure).toMatchObject({ fault, source, billed: false });
    expect(failure.message).toMatch(/^openai:gpt .* \(HTTP \d+\)$/);
    expect(failure.message).toContain(why);
  });

  it('says nothing of the server’s own', () => {
    for (const body of [
      SECRET,
      JSON.stringify({ error: { message: SECRET, code: SECRET, type: SECRET, param: SECRET } }),
      JSON.stringify({ error: SECRET, code: SECRET }),
      JSON.stringify({ error: { code: '__proto__' } }),
      JSON.stringify({ error: { code: 'constructor' } }),
    ])
      for (const status of [400, 401, 404, 418, 429, 500, 599])
        expect(statusFailure(status, body, null, words).message).toMatch(/^openai:gpt [^{}]+ \(HTTP \d+\)$/);
    const told = statusFailure(401, JSON.stringify({ error: { message: SECRET } }), 1, words);
    expect(JSON.stringify([told, told.message])).not.toContain(SECRET);
  });
});

it.each([
  [{ cause: { code: 'ECONNREFUSED' } }, 'is the server started?'],
  [{ cause: { code: 'ENOTFOUND' } }, 'no such host'],
  [{ cause: { code: 'UND_ERR_SOCKET' } }, 'was cut'],
  [{ cause: { code: 'CERT_HAS_EXPIRED' } }, 'certificate'],
  [{ message: SECRET, cause: { code: SECRET, message: SECRET } }, 'the connection failed'],
  [null, 'the connection failed'],
])('a broken request %j is said in our words', (error, why) => {
  const failure = networkFailure(error, words, true);
  expect(failure).toMatchObject({ fault: 'unreachable', source: 'sovereign_timeout', billed: true });
  expect(failure.message).toContain(why);
  expect(failure.message).not.toContain(SECRET);
});

it('a redirect is a mistake in the address', () => {
  const failure = networkFailure({ cause: { message: 'unexpected redirect' } }, words, false);
  expect(failure).toMatchObject({ fault: 'misconfigured' });
});

it.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'Mon, 05 Jan 2026 14:00:03 GMT' }, 3_000],
  [{ 'retry-after': 'Mon, 05 Jan 2026 13:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '-5' }, null],
  [{ 'retry-after': '1e9' }, null],
  [{}, null],
])('%j asks to wait %j ms', (headers, ms) => {
  expect(retryAfter(new Headers(headers as Record<string, string>), Date.UTC(2026, 0, 5, 14))).toBe(ms);
});
