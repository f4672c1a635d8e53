import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { type Fault, ModelFailure } from './failure.ts';
import { byRules, type Model, ModelRefusedError, type ModelState, type Patience } from './model.ts';
import { Sovereign } from './sovereign.ts';

type Question = { symbol: string };
const QUESTION = { symbol: 'ADA/BTC' };
const OPINION = { signal: 'BUY', confidence: 0.8, risk_score: 0.3, reasoning: 'so' } as const;

/** A model whose answers and state the test sets. */
function aModel(name: string) {
  let state: ModelState = { is: 'ready' };
  let next: () => Promise<ReturnType<typeof byRules>> = async () => byRules(OPINION);
  const listeners: (() => void)[] = [];
  const asked: Patience[] = [];
  const model: Model<Question> = {
    name,
    answer: (_, patience) => {
      asked.push(patience);
      return next();
    },
    state: () => state,
    onChange: (listener) => void listeners.push(listener),
  };
  return {
    model,
    asked,
    answers: () => {
      next = async () => byRules(OPINION);
    },
    fails: (error: Error) => {
      next = () => Promise.reject(error);
    },
    stands: (now: ModelState) => {
      state = now;
      for (const listener of listeners) listener();
    },
  };
}

function aSovereign({ alone = false } = {}) {
  const clock = new FakeClock();
  const [primary, fallback] = [aModel('first'), aModel('second')];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const sovereign = new Sovereign({
    primary: primary.model,
    fallback: alone ? null : fallback.model,
    totalMs: 60_000,
    clock,
    log,
  });
  let told = 0;
  sovereign.onChange(() => {
    told += 1;
  });
  const signal = new AbortController().signal;
  return { clock, primary, fallback, sovereign, told: () => told, decide: () => sovereign.decide(QUESTION, signal) };
}

const failure = (fault: Fault, message = `it is ${fault}`): ModelFailure => new ModelFailure(fault, message);

describe('a Sovereign', () => {
  it('asks the primary, and the fallback where that fails, which says so', async () => {
    const { primary, decide } = aSovereign();
    expect(await decide()).toEqual({ ...byRules(OPINION), model: 'first', fallback_used: false });
    primary.fails(failure('overloaded'));
    expect(await decide()).toEqual({ ...byRules(OPINION), model: 'second', fallback_used: true });
  });

  it('has both answer within one time', async () => {
    const { clock, primary, fallback, decide } = aSovereign();
    clock.advance(5_000);
    primary.fails(failure('timeout'));
    await decide();
    expect(fallback.asked[0]?.until).toBe(65_000);
    expect(primary.asked[0]?.until).toBe(65_000);
  });

  it.each([
    ['overloaded', 'unusable', 'sovereign_timeout'],
    ['unusable', 'overloaded', 'sovereign_timeout'],
    ['unusable', 'declined', 'invalid_result'],
    ['misconfigured', 'unreachable', 'sovereign_timeout'],
  ] as const)('fails with both reasons where neither can answer: %s, %s is %s', async (first, second, source) => {
    const { primary, fallback, decide } = aSovereign();
    primary.fails(failure(first));
    fallback.fails(failure(second));
    await expect(decide()).rejects.toMatchObject({ source, message: `it is ${first}; it is ${second}` });
  });

  it('asks no fallback where the budget says stop, where nobody waits, and where there is none', async () => {
    const { primary, fallback, decide, sovereign } = aSovereign();
    primary.fails(failure('capped'));
    await expect(decide()).rejects.toMatchObject({ fault: 'capped' });
    const gone = new AbortController();
    gone.abort();
    primary.fails(failure('stopped'));
    await expect(sovereign.decide(QUESTION, gone.signal)).rejects.toMatchObject({ fault: 'stopped' });
    expect(fallback.asked).toEqual([]);
    const alone = aSovereign({ alone: true });
    alone.primary.fails(failure('timeout'));
    await expect(alone.decide()).rejects.toMatchObject({ fault: 'timeout' });
  });

  it('tells how it stands: primary, fallback, open, half-open, closed', async () => {
    const { primary, fallback, sovereign, decide, told } = aSovereign();
    const seen = [sovereign.state()];
    const look = () => seen.push(sovereign.state());
    primary.fails(failure('overloaded'));
    await decide();
    look();
    primary.stands({ is: 'open', reason: 'first is down' });
    look();
    fallback.stands({ is: 'open', reason: 'second is down' });
    look();
    fallback.stands({ is: 'half_open', reason: 'second is down' });
    look();
    primary.stands({ is: 'half_open', reason: 'first is down' });
    look();
    primary.answers();
    primary.stands({ is: 'ready' });
    await decide();
    look();
    expect(seen).toEqual([
      { circuit: 'closed', reason: null, model: 'first' },
      { circuit: 'closed', reason: 'it is overloaded; second answers instead', model: 'second' },
      { circuit: 'closed', reason: 'first is down; second answers instead', model: 'second' },
      { circuit: 'open', reason: 'first is down; second is down', model: 'second' },
      { circuit: 'half_open', reason: 'first is down; second is down', model: 'second' },
      { circuit: 'half_open', reason: 'first is down', model: 'first' },
      { circuit: 'closed', reason: null, model: 'first' },
    ]);
    expect(told()).toBeGreaterThanOrEqual(seen.length - 1);
  });

  it('is open while the budget says stop, and closed on the fallback where it says so', () => {
    const { primary, sovereign } = aSovereign();
    primary.stands({ is: 'capped', reason: 'used up' });
    expect(sovereign.state()).toEqual({ circuit: 'open', reason: 'used up', model: 'first' });
    primary.stands({ is: 'open', reason: 'used up' });
    expect(sovereign.state()).toEqual({
      circuit: 'closed',
      reason: 'used up; second answers instead',
      model: 'second',
    });
  });

  it('makes nothing of what a model by its nature cannot answer', async () => {
    const { primary, sovereign, decide, told } = aSovereign();
    primary.fails(new ModelRefusedError('needs 200 bars'));
    expect(await decide()).toMatchObject({ model: 'second', fallback_used: true });
    expect(sovereign.state()).toEqual({ circuit: 'closed', reason: null, model: 'first' });
    expect(told()).toBe(0);
  });

  it('keeps its reason to what a heartbeat takes', () => {
    const { primary, fallback, sovereign } = aSovereign();
    primary.stands({ is: 'open', reason: 'x'.repeat(499) });
    fallback.stands({ is: 'open', reason: '😀'.repeat(300) });
    expect(sovereign.state().reason).toHaveLength(500);
    expect(sovereign.state().reason?.isWellFormed()).toBe(true);
  });
});
