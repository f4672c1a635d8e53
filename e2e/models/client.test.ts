import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/kit/clock.ts';
import { readAnswer } from '../../core/sovereign/answer.ts';
import { ChatClient, type ChatServer } from '../../core/sovereign/chat-client.ts';
import { GARBAGE, GOOD } from '../../core/sovereign/testing/garbage.ts';
import { closeFakeModels, type FakeModel, type Play, startFakeModel } from './fake-model.ts';

afterEach(closeFakeModels);

const KEY = 'q7-unheard-of-9-and-long';
const MESSAGES = [{ role: 'user', content: 'DATA symbol "ADA/BTC"' }] as const;
const clock = systemClock();
const PATIENT = { totalMs: 20_000, idleMs: 10_000 };
/** For what is over by its time alone. */
const BRIEF = { totalMs: 500, idleMs: 120 };

function clientOf(fake: FakeModel, given: Partial<ChatServer> = {}, { idleMs } = PATIENT): ChatClient {
  const server: ChatServer = {
    name: 'fake:m',
    model: 'm',
    url: new URL(fake.url),
    key: KEY,
    keyHint: 'look at AURORA_MODEL_KEY',
    structured: 'json_schema',
    tokenLimit: 'max_tokens',
    askUsage: true,
    ...given,
  };
  return new ChatClient({ server, clock, idleMs });
}

async function asked(
  fake: FakeModel,
  play: Play,
  given: Partial<ChatServer> = {},
  limits = PATIENT,
  signal = new AbortController().signal,
) {
  fake.plays(play);
  return clientOf(fake, given, limits).ask(MESSAGES, 700, { signal, until: clock.monotonic() + limits.totalMs });
}

describe('a call to a model', () => {
  it('asks for a stream with a bound, a form and its cost, and reads it', async () => {
    const fake = await startFakeModel();
    const usage = { prompt_tokens: 9, completion_tokens: 4 };
    expect(await asked(fake, { is: 'says', content: 'BUY é😀', usage })).toEqual({
      text: 'BUY é😀',
      usage: { input_tokens: 9, output_tokens: 4 },
    });
    expect(fake.heard[0]).toMatchObject({
      headers: { authorization: `Bearer ${KEY}` },
      body: {
        model: 'm',
        stream: true,
        max_tokens: 700,
        stream_options: { include_usage: true },
        response_format: { type: 'json_schema', json_schema: { strict: true } },
      },
    });
  });

  it('reads a whole answer where the server does not stream', async () => {
    const fake = await startFakeModel();
    expect(await asked(fake, { is: 'says', content: 'BUY', whole: true })).toEqual({ text: 'BUY', usage: null });
  });

  it('leaves out what the server does not take, and remembers that', async () => {
    const fake = await startFakeModel();
    const client = clientOf(fake);
    const patience = () => ({ signal: new AbortController().signal, until: clock.monotonic() + PATIENT.totalMs });
    fake.plays(({ body }) =>
      'response_format' in body ? { is: 'status', status: 400 } : { is: 'says', content: 'plain' },
    );
    expect(await client.ask(MESSAGES, 700, patience())).toMatchObject({ text: 'plain' });
    expect(await client.ask(MESSAGES, 700, patience())).toMatchObject({ text: 'plain' });
    expect(fake.heard.map(({ body }) => Object.keys(body).sort())).toEqual([
      ['max_tokens', 'messages', 'model', 'response_format', 'stream', 'stream_options'],
      ['max_tokens', 'messages', 'model', 'stream'],
      ['max_tokens', 'messages', 'model', 'stream'],
    ]);
  });

  it('sends no key where there is none, and takes its own out of an answer', async () => {
    const fake = await startFakeModel();
    await asked(fake, { is: 'says', content: '' }, { key: null });
    expect(fake.heard[0]?.headers).not.toHaveProperty('authorization');
    expect(await asked(fake, { is: 'says', content: `your key is ${KEY}` })).toMatchObject({
      text: 'your key is [hidden]',
    });
  });
});

describe('a call that comes to nothing', () => {
  it.each<[string, Play, object]>([
    ['500', { is: 'status', status: 500 }, { fault: 'overloaded', retryAfterMs: null }],
    [
      '503 with a wish',
      { is: 'status', status: 503, headers: { 'retry-after': '3' } },
      { fault: 'overloaded', retryAfterMs: 3_000 },
    ],
    [
      '429 with a wish',
      { is: 'status', status: 429, headers: { 'retry-after': '20' } },
      { fault: 'overloaded', retryAfterMs: 20_000 },
    ],
    ['401', { is: 'status', status: 401, body: `{"error":{"message":"${KEY}"}}` }, { fault: 'misconfigured' }],
    [
      'a redirect',
      { is: 'status', status: 302, headers: { location: `http://127.0.0.1:1/${KEY}` } },
      { fault: 'misconfigured' },
    ],
    ['an error with a long body', { is: 'status', status: 500, body: 'x'.repeat(1_000_000) }, { fault: 'overloaded' }],
    ['silence', { is: 'silent' }, { fault: 'timeout', message: 'fake:m gave no whole answer within 0.5 s' }],
    [
      'a stall in the middle',
      { is: 'stalls' },
      { fault: 'timeout', message: 'fake:m stopped in the middle of its answer for 0.1 s' },
    ],
    ['a byte now and then', { is: 'trickles', everyMs: 100 }, { fault: 'timeout' }],
    ['a cut in the middle', { is: 'breaks' }, { fault: 'unreachable', billed: true }],
    [
      'an end without an end',
      { is: 'raw', type: 'text/event-stream', body: 'data: {"choices":[{"delta":{"content":"B"}}]}\n\n' },
      { fault: 'unreachable' },
    ],
    ['50 MB in one line', { is: 'floods', bytes: 50e6, events: false }, { fault: 'too_large' }],
    ['50 MB in many', { is: 'floods', bytes: 50e6, events: true }, { fault: 'too_large' }],
    ['no end at all', { is: 'floods', bytes: null, events: true }, { fault: 'too_large' }],
    ['a page', { is: 'raw', type: 'text/html', body: '<html>Welcome to the hotel' }, { fault: 'unusable' }],
    ['nothing', { is: 'raw', type: 'application/json', body: '' }, { fault: 'unusable' }],
    ['a deep envelope', { is: 'raw', type: 'application/json', body: '['.repeat(100_000) }, { fault: 'unusable' }],
    ['a deep answer', { is: 'says', content: '['.repeat(100_000) }, { fault: 'too_large' }],
    [
      'an error in the middle',
      { is: 'raw', type: 'text/event-stream', body: `data: {"error":{"message":"${KEY}"}}\n\n` },
      { fault: 'overloaded' },
    ],
    [
      'a refusal',
      {
        is: 'raw',
        type: 'application/json',
        body: '{"choices":[{"message":{"refusal":"no"},"finish_reason":"stop"}]}',
      },
      { fault: 'declined' },
    ],
    [
      'an answer cut for its length',
      {
        is: 'raw',
        type: 'application/json',
        body: '{"choices":[{"message":{"content":"{"},"finish_reason":"length"}]}',
      },
      { fault: 'too_large' },
    ],
  ])('%s', async (_, play, expected) => {
    const fake = await startFakeModel();
    const began = clock.monotonic();
    const limits = 'fault' in expected && expected.fault === 'timeout' ? BRIEF : PATIENT;
    const error = await asked(fake, play, {}, limits).then(
      () => expect.fail('it was answered'),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'AURORA_MODEL_FAILED', ...expected });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(KEY);
    // A busy machine may look late; one that hangs would be waited for much longer.
    expect(clock.monotonic() - began).toBeLessThan(10 * limits.totalMs);
  });

  it('says where nobody listens', async () => {
    const fake = await startFakeModel();
    await fake.shut();
    await expect(asked(fake, { is: 'silent' })).rejects.toMatchObject({
      fault: 'unreachable',
      billed: false,
      message: `fake:m cannot be reached at http://${fake.host}: nothing listens there; is the server started?`,
    });
  });

  it('ends at once where nobody waits for it', async () => {
    const fake = await startFakeModel();
    const gone = new AbortController();
    const call = asked(fake, { is: 'silent' }, {}, PATIENT, gone.signal);
    gone.abort(new Error('cancelled'));
    await expect(call).rejects.toMatchObject({ fault: 'stopped' });
  });
});

it('gives the words of a model as they were, whatever they are and however they travel', async () => {
  const fake = await startFakeModel();
  const json = JSON.stringify(GOOD);
  const words = fc.oneof(
    fc.constantFrom(...GARBAGE.map(([, content]) => content)),
    fc.string({ unit: 'binary' }),
    fc.constant(json),
  );
  await fc.assert(
    fc.asyncProperty(words, fc.boolean(), async (content, whole) => {
      const heard = await asked(fake, { is: 'says', content, whole }).then(
        ({ text }) => readAnswer(text, 'ADA/BTC'),
        () => null,
      );
      if (content === json) expect(heard).toMatchObject({ is: 'opinion' });
      else expect(heard?.is === 'opinion').toBe(readAnswer(content, 'ADA/BTC').is === 'opinion');
    }),
    { numRuns: 400 },
  );
});
