import { describe, expect, it } from 'vitest';
import { tokensAtMost } from '../kit/tokens.ts';
import { type FailureDetails, type Fault, ModelFailure } from './failure.ts';
import { ASKED, aModel, type Reply, settled } from './testing/a-model.ts';
import { GOOD } from './testing/garbage.ts';

const failure = (fault: Fault, details: FailureDetails = {}): ModelFailure =>
  new ModelFailure(fault, `it is ${fault}`, details);
const busy = (retryAfterMs: number | null = null): ModelFailure => failure('overloaded', { retryAfterMs });
const usage = (input_tokens: number, output_tokens: number) => ({ input_tokens, output_tokens });
const said = (given: object): Reply => ({ text: JSON.stringify({ ...GOOD, ...given }) });

/** Asks and turns the clock until the answer is there. */
async function asked(made: ReturnType<typeof aModel>, ms = 60_000) {
  let over = false;
  const answer = made.model.answer(ASKED, made.patience(ms)).finally(() => {
    over = true;
  });
  answer.catch(() => {});
  for (let turn = 0; turn < 700 && !over; turn += 1) {
    await settled();
    if (!over) made.clock.advance(100);
  }
  return answer;
}

describe('a question to a remote model', () => {
  it('is put in words that leave room for the answer, and answered with what was said and taken', async () => {
    const made = aModel({ price: { input: 2, output: 10 } });
    made.replies.push({ usage: usage(900, 100) });
    expect(await asked(made)).toEqual({
      signal: 'BUY',
      confidence: 0.8,
      risk_score: 0.3,
      reasoning: GOOD.reasoning,
      raw_content: JSON.stringify(GOOD),
      usage: { input_tokens: 900, output_tokens: 100, cost_usd: 0.0028 },
      context_tier: 'merged',
    });
    const [system, user] = made.heard[0]?.messages ?? [];
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringMatching(/^judge\nAnswer with one JSON object/),
    });
    const room = Number(/in (\d+) tokens/.exec(user?.content ?? '')?.[1]);
    expect(room + tokensAtMost(system?.content ?? '') - tokensAtMost('judge') + 1_000).toBeLessThanOrEqual(32_000);
  });

  it('is told less, and asked less from then on, where it is too long for the server after all', async () => {
    const made = aModel();
    const rooms: number[] = [];
    const asking = {
      symbol: 'ADA/BTC',
      prompt: (tokens: number) => {
        rooms.push(tokens);
        return { system: 'judge', user: 'x'.repeat(tokens - 5), context_tier: tokens > 10_000 ? 'full' : 'merged' };
      },
    };
    made.replies.push(failure('too_long'), failure('too_long'), {}, {});
    expect(await made.model.answer(asking, made.patience())).toMatchObject({ signal: 'BUY', context_tier: 'merged' });
    await made.model.answer(asking, made.patience());
    const [first = 0, second, third, next] = rooms;
    expect([second, third, next]).toEqual([Math.floor(first / 2), Math.floor(first / 4), Math.floor(first / 4)]);
    expect(made.model.state()).toEqual({ is: 'ready' });
  });

  it('fails where even the least is too long, and is left alone', async () => {
    const made = aModel();
    made.replies.push(failure('too_long'), failure('too_long'));
    await expect(asked(made)).rejects.toMatchObject({ fault: 'too_long' });
    expect(made.heard.map(({ messages }) => messages[1]?.content)).toEqual([
      expect.stringMatching(/in \d{5} tokens/),
      'the market in 3000 tokens',
    ]);
    expect(made.model.state()).toMatchObject({ is: 'open' });
  });

  it('costs nobody knows what where the price is not known, and nothing is said where the server counts nothing', async () => {
    const made = aModel();
    made.replies.push({ usage: usage(9, 1) }, {});
    expect((await asked(made)).usage).toEqual({ input_tokens: 9, output_tokens: 1, cost_usd: null });
    expect((await asked(made)).usage).toBeNull();
  });

  it('is asked once more where the form is wrong, with what was wrong', async () => {
    const made = aModel();
    made.replies.push({ text: 'BUY!', usage: usage(5, 1) }, { usage: usage(6, 2) });
    expect(await asked(made)).toMatchObject({ signal: 'BUY', usage: usage(11, 3) });
    expect(made.heard[1]?.messages.slice(2)).toEqual([
      { role: 'assistant', content: 'BUY!' },
      { role: 'user', content: expect.stringMatching(/^That cannot be used: it is not one JSON object. Answer with/) },
    ]);
  });

  it.each([
    ['the form is wrong twice', [said({ confidence: 1.7 }), said({ confidence: 'high' })], 2],
    ['it is about another symbol', [said({ symbol: 'ETH/BTC' })], 1],
  ] as const)('fails where %s', async (_, replies, calls) => {
    const made = aModel();
    made.replies.push(...replies);
    await expect(asked(made)).rejects.toMatchObject({ fault: 'unusable', source: 'invalid_result' });
    expect(made.heard).toHaveLength(calls);
  });
});

describe('another try', () => {
  it('is made twice where the server is busy or out of reach, after a while that grows', async () => {
    const made = aModel();
    const began = made.clock.monotonic();
    made.replies.push(busy(), failure('unreachable'), {});
    await asked(made);
    expect(made.clock.monotonic() - began).toBe(400 + 800);
    expect(made.heard).toHaveLength(3);
  });

  it('is not made a third time', async () => {
    const made = aModel();
    made.replies.push(busy(), busy(), busy());
    await expect(asked(made)).rejects.toMatchObject({ fault: 'overloaded', source: 'sovereign_timeout' });
  });

  it('waits as long as the server asks, where there is time for it', async () => {
    const made = aModel();
    made.replies.push(busy(7_000), {});
    const began = made.clock.monotonic();
    await asked(made);
    expect(made.clock.monotonic() - began).toBe(7_400);
  });

  it('is not waited for where there is no time: the server is left alone for as long as it asks, 60 s at most', async () => {
    for (const [retryAfterMs, ms] of [
      [40_000, 40_000],
      [900_000, 60_000],
    ] as const) {
      const made = aModel();
      made.replies.push(busy(retryAfterMs));
      await expect(asked(made)).rejects.toMatchObject({ fault: 'overloaded' });
      expect(made.model.state()).toEqual({ is: 'open', reason: 'it is overloaded' });
      await expect(asked(made)).rejects.toMatchObject({ fault: 'shut', source: 'sovereign_timeout' });
      made.clock.advance(ms - 1_000);
      expect(made.model.state().is).toBe('open');
      made.clock.advance(1_000);
      expect(made.model.state().is).toBe('half_open');
    }
  });

  it.each(['timeout', 'misconfigured', 'declined', 'unusable', 'too_large', 'stopped'] as const)(
    'is not made after %s',
    async (fault) => {
      const made = aModel();
      made.replies.push(failure(fault));
      await expect(asked(made)).rejects.toMatchObject({ fault });
    },
  );
});

describe('the state of a remote model', () => {
  it('is open after five questions without a usable answer, then half-open, then ready', async () => {
    const made = aModel();
    const told: string[] = [];
    made.model.onChange(() => told.push(made.model.state().is));
    for (const reply of [
      failure('timeout'),
      failure('declined'),
      said({ symbol: 'X' }),
      failure('too_large'),
      failure('timeout'),
    ]) {
      expect(made.model.state()).toEqual({ is: 'ready' });
      made.replies.push(reply);
      await asked(made).catch(() => {});
    }
    expect(made.model.state()).toEqual({ is: 'open', reason: 'it is timeout' });
    made.clock.advance(30_000);
    made.replies.push({});
    await asked(made);
    expect(told).toEqual(['open', 'half_open', 'ready']);
  });

  it('is open at once where the server will never take such a question', async () => {
    const made = aModel();
    made.replies.push(failure('misconfigured'));
    await expect(asked(made)).rejects.toMatchObject({ source: 'sovereign_timeout' });
    expect(made.model.state().is).toBe('open');
  });

  it('is none the worse for what nobody waited for, and a half-open one lets the next through', async () => {
    const made = aModel();
    made.replies.push(failure('misconfigured'));
    await asked(made).catch(() => {});
    made.clock.advance(30_000);
    const gone = new AbortController();
    made.replies.push('never');
    const probe = made.model.answer(ASKED, made.patience(60_000, gone.signal));
    await expect(asked(made)).rejects.toMatchObject({ fault: 'shut' });
    gone.abort(failure('stopped'));
    await expect(probe).rejects.toMatchObject({ fault: 'stopped' });
    made.replies.push({});
    await asked(made);
    expect(made.model.state()).toEqual({ is: 'ready' });
  });
});

describe('the budget of a remote model', () => {
  const priced = { price: { input: 1, output: 10 } };

  it('is set aside for the longest answer and settled by what was taken', async () => {
    const made = aModel({ ...priced, limits: { tokens_per_hour: 3_000 } });
    made.replies.push('never');
    const gone = new AbortController();
    const first = made.model.answer(ASKED, made.patience(60_000, gone.signal));
    // Some 1,350 tokens are set aside for one: a third does not fit beside two.
    made.replies.push({ usage: usage(30, 10) });
    await asked(made);
    made.replies.push({ usage: usage(30, 10) });
    await asked(made);
    expect(made.budget.shut()).toBeNull();
    gone.abort(failure('stopped', { billed: true }));
    await expect(first).rejects.toThrow();
    made.replies.push('never');
    const second = made.model.answer(ASKED, made.patience());
    second.catch(() => {});
    await expect(asked(made)).rejects.toMatchObject({ fault: 'capped', source: 'sovereign_timeout' });
    expect(made.model.state()).toEqual({
      is: 'capped',
      reason: expect.stringMatching(/^remote:m: the budget of 3000 tokens in an hour/),
    });
  });

  it.each([
    ['is given back where the server did not take the question', false, null],
    ['is spent where the server may have counted it', true, 'capped'],
  ] as const)('%s', async (_, billed, state) => {
    const made = aModel({ ...priced, limits: { tokens_per_hour: 1_700 } });
    made.replies.push(failure('timeout', { billed }));
    await asked(made).catch(() => {});
    made.replies.push({});
    await (state ? expect(asked(made)).rejects.toMatchObject({ fault: state }) : asked(made));
  });

  it('opens the way to a fallback where the settings say so', async () => {
    const made = aModel({ ...priced, stopAtCap: false, limits: { usd_per_hour: 0.001 } });
    await expect(asked(made)).rejects.toMatchObject({ fault: 'shut' });
    expect(made.model.state().is).toBe('open');
    expect(made.heard).toEqual([]);
  });

  it('does not hold back what is free', async () => {
    const made = aModel({ price: { input: 0, output: 0 }, limits: { tokens_per_hour: 1 } });
    made.replies.push({ usage: usage(5, 5) });
    expect((await asked(made)).usage).toEqual({ ...usage(5, 5), cost_usd: 0 });
  });

  it('stops a model that always asks for more at the cap', async () => {
    const made = aModel({ ...priced, limits: { tokens_per_day: 20_000 } });
    let calls = 0;
    let stopped = false;
    while (!stopped) {
      made.replies.splice(
        0,
        9,
        { text: 'more!', usage: usage(2_000, 1_000) },
        { text: 'more!', usage: usage(2_000, 1_000) },
      );
      const before = made.heard.length;
      await asked(made).catch((error: ModelFailure) => {
        stopped = error.fault === 'capped';
      });
      calls += made.heard.length - before;
      // Its circuit opens too; that is not what is looked at here.
      made.clock.advance(30_000);
    }
    expect(calls * 3_000).toBeLessThanOrEqual(20_000 + 3_000);
    expect(made.model.state().is).toBe('capped');
  });
});
