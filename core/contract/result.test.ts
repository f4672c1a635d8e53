import { describe, expect, it } from 'vitest';
import {
  agentResultSchema,
  marketReadingSchema,
  phaseSchema,
  symbolSchema,
  timeframeSchema,
  volumeTrendSchema,
} from './result.ts';

const result = {
  symbol: 'ETHBTC',
  timeframe: '5m',
  signal: 'BUY',
  confidence: 0.9,
  risk_score: 0.3,
  reasoning: 'higher lows',
};

describe('a timeframe', () => {
  it.each(['1m', '5m', '15m', '4h', '1d', '1w', '1M', '9999m'])('%s is one', (timeframe) => {
    expect(timeframeSchema.safeParse(timeframe).success).toBe(true);
  });

  it.each(['', 'm', '0m', '05m', '5', '5s', '5 m', '1D', '12345m', '5m ', 'daily', 5])('%j is none', (timeframe) => {
    expect(timeframeSchema.safeParse(timeframe).success).toBe(false);
  });
});

describe('a symbol', () => {
  it.each(['ETHBTC', 'BTC/USDT', 'BRK.B', '^GSPC', '0700.HK', '日経225'])('%s is one', (symbol) => {
    expect(symbolSchema.safeParse(symbol).success).toBe(true);
  });

  it.each(['', ' ', 'ETH BTC', 'ETH\n', 'ETH\u0000', '\u202eETH', '\ud800', 'x'.repeat(33), 7])(
    '%j is none',
    (symbol) => {
      expect(symbolSchema.safeParse(symbol).success).toBe(false);
    },
  );
});

describe('phase and trend', () => {
  it.each([
    ['distribution', 'distribution'],
    ['Accumulation', 'accumulation'],
    [' MARKUP ', 'markup'],
    ['mark-up', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
    [1, 'unknown'],
    ['toString', 'unknown'],
  ])('%j is the phase %s', (claim, phase) => {
    expect(phaseSchema.parse(claim)).toBe(phase);
  });

  it('are unknown where a reading leaves them out', () => {
    expect(marketReadingSchema.parse({ tier: null })).toEqual({
      wyckoff_phase: 'unknown',
      volume_trend: 'unknown',
      tier: null,
    });
    expect(volumeTrendSchema.parse('FLAT')).toBe('flat');
  });
});

describe("an agent's result", () => {
  it('ignores fields that it does not know, so that a newer agent can talk to an older engine', () => {
    expect(agentResultSchema.parse({ ...result, mood: 'good' })).toEqual(result);
  });

  it('keeps no half of a surrogate pair, which no hash can be taken of', () => {
    const said = { ...result, reasoning: 'up \ud83d', model: '\udc00', hidden_hand_warning: 'ok 😀' };
    expect(agentResultSchema.parse(said)).toMatchObject({
      reasoning: 'up \ufffd',
      model: '\ufffd',
      hidden_hand_warning: 'ok 😀',
    });
  });

  it('takes null for whatever it may leave out', () => {
    const left = {
      analyzed_at: null,
      model: null,
      fallback_used: null,
      wyckoff_phase: null,
      volume_trend: null,
      original_confidence: null,
      degraded_inference: null,
      phase_signal_conflict: null,
      hidden_hand_warning: null,
      adjusted_confidence: null,
      usage: null,
      raw_content: null,
    };
    expect(agentResultSchema.safeParse({ ...result, ...left }).success).toBe(true);
  });
});
