import { describe, expect, it, onTestFinished } from 'vitest';
import type { TaskAssign } from '../contract/messages.ts';
import { systemIds } from '../kit/ids.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { ModelFailure } from '../sovereign/failure.ts';
import type { Asked } from '../sovereign/model.ts';
import { readModelSettings } from '../sovereign/model-settings.ts';
import { openModels } from '../sovereign/models.ts';
import { analyst } from './analyst.ts';
import { anEngine, aTask, eventually } from './testing/an-engine.ts';
import { startTradingAgent } from './trading-agent.ts';
import { validator } from './validator.ts';
import { TaskFailedError, type WorkTools } from './work.ts';

const clock = new FakeClock();
const tools: WorkTools = { signal: new AbortController().signal, sovereign: (call) => call() };
const log = { info: () => {}, warn: () => {}, error: () => {} };
const market_context = { wyckoff_phase: 'distribution', volume_trend: 'declining', tier: 1, events: [], range: null };
const analysisTask: TaskAssign = {
  ...aTask('t1', 1),
  payload: { symbol: 'ADA/BTC', timeframe: '5m', bars: [], market_context, context_tier: 'full', news: ['rally'] },
};
const signalTask: TaskAssign = {
  ...aTask('t1:signal', 2),
  payload: {
    symbol: 'ADA/BTC',
    timeframe: '5m',
    market_context: null,
    analysis: {
      symbol: 'ADA/BTC',
      timeframe: '5m',
      signal: 'BUY',
      original_confidence: 0.9,
      risk_score: 0.4,
      reasoning: 'Higher lows.',
      analyzed_at: '2026-03-02T09:30:04.120Z',
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
    },
  },
};
const ANSWER = {
  signal: 'SELL',
  confidence: 0.7,
  risk_score: 0.2,
  reasoning: 'so',
  model: 'remote:m',
  fallback_used: true,
  raw_content: '{}',
  usage: { input_tokens: 7, output_tokens: 3, cost_usd: null },
  context_tier: 'merged',
} as const;

describe('an analyst', () => {
  it('sends what the Sovereign said, with the engine’s reading, and asks about nothing else', async () => {
    const asked: (Asked & { bars: unknown })[] = [];
    const decide = async (question: Asked & { bars: unknown }) => {
      asked.push(question);
      return ANSWER;
    };
    const work = analyst({ decide }, clock);
    expect(await work(analysisTask, tools)).toEqual({
      ...ANSWER,
      symbol: 'ADA/BTC',
      timeframe: '5m',
      usage: { input_tokens: 7, output_tokens: 3, cost_usd: undefined },
      analyzed_at: '2026-01-05T14:00:00.000Z',
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
    });
    expect(asked[0]).toMatchObject({ symbol: 'ADA/BTC', bars: [] });
    expect(asked[0]?.prompt(9_000)).toMatchObject({
      user: expect.stringContaining('DATA news "rally"'),
      context_tier: 'full',
    });
  });

  it.each([
    ['overloaded', 'sovereign_timeout'],
    ['unusable', 'invalid_result'],
  ] as const)('gives the task back where its model is %s', async (fault, source) => {
    const work = analyst({ decide: () => Promise.reject(new ModelFailure(fault, 'why')) }, clock);
    await expect(work(analysisTask, tools)).rejects.toMatchObject({
      source,
      message: 'why',
      constructor: TaskFailedError,
    });
  });

  it('is at fault itself for what nobody foresaw', async () => {
    const work = analyst({ decide: () => Promise.reject(new TypeError('a bug')) }, clock);
    await expect(work(analysisTask, tools)).rejects.toThrow(TypeError);
  });
});

describe('a validator', () => {
  it('tells another opinion than the analyst’s as one, with the analysis’s time and reading', async () => {
    const asked: Asked[] = [];
    const decide = async (question: Asked) => {
      asked.push(question);
      return { ...ANSWER, context_tier: null };
    };
    const work = validator({ decide });
    expect(await work(signalTask, tools)).toMatchObject({
      symbol: 'ADA/BTC',
      signal: 'SELL',
      reasoning: 'Would say SELL: so',
      fallback_used: true,
      analyzed_at: '2026-03-02T09:30:04.120Z',
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
    });
    expect(asked[0]?.prompt(9_000).user).toContain('DATA analyst "Higher lows."');
  });

  it('keeps to the rule where no model is set', async () => {
    const settings = readModelSettings({ flags: {}, file: '/nowhere/models.json', env: {} });
    const models = openModels({ settings, spentFile: '/nowhere/used.json', clock, ids: systemIds, log });
    expect(await validator(models.validator)(signalTask, tools)).toMatchObject({
      signal: 'BUY',
      confidence: 0.9,
      risk_score: 0.4,
      reasoning:
        'Checked against the phase: BUY in distribution on declining volume: potential upthrust, confidence halved.',
      model: 'rules-hidden-hand',
      fallback_used: false,
    });
  });
});

it('a trading agent tells the engine at once when its models stand otherwise', async () => {
  const engine = await anEngine();
  let state = { circuit: 'closed' as 'closed' | 'open', reason: null as string | null, model: 'remote:m' };
  const listeners: (() => void)[] = [];
  const sovereign = {
    decide: async () => ANSWER,
    state: () => state,
    onChange: (listener: () => void) => void listeners.push(listener),
  };
  const models = { analyst: sovereign, validator: sovereign, concurrency: 3, close() {} };
  const agent = startTradingAgent({
    type: 'analyst',
    models: models as never,
    url: engine.url,
    token: 'agent-token',
    agentId: 'analyst-1',
    clock,
    ids: systemIds,
    log,
  });
  onTestFinished(() => agent.close());
  await eventually(() => engine.said('heartbeat').length === 1);
  expect(engine.handshakes[0]).toMatchObject({ max_concurrent: 3, capabilities: { trading_analysis: true } });
  state = { circuit: 'open', reason: 'down', model: 'remote:m' };
  for (const listener of listeners) listener();
  await eventually(() => engine.said('heartbeat').length === 2);
  expect(engine.said('heartbeat').map(({ sovereign: told }) => told)).toEqual([
    { circuit: 'closed', reason: null, model: 'remote:m' },
    { circuit: 'open', reason: 'down', model: 'remote:m' },
  ]);
});
