import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './settle.ts';
import { aResult, aSettleInput, refused, settled } from './testing/a-settle-input.ts';
import { anySettleInput } from './testing/any-settle-input.ts';

const HUGE = 'x'.repeat(1_000_000);

describe('R11 a failure is never a signal', () => {
  it.each([
    ['confidence', Number.NaN],
    ['confidence', Number.POSITIVE_INFINITY],
    ['confidence', 1.7],
    ['confidence', 1.0000001],
    ['confidence', -0.1],
    ['confidence', 80],
    ['confidence', 'high'],
    ['confidence', '0.8'],
    ['confidence', [0.8]],
    ['confidence', { value: 0.8 }],
    ['confidence', true],
    ['confidence', null],
    ['confidence', undefined],
    ['risk_score', 30],
    ['risk_score', -0.0001],
    ['risk_score', 'LOW'],
    ['risk_score', null],
    ['risk_score', undefined],
    ['signal', 'MAYBE'],
    ['signal', 'STRONG_BUY'],
    ['signal', 'BUY or SELL'],
    ['signal', "I'm sorry, but I cannot give financial advice."],
    ['signal', ''],
    ['signal', ['BUY']],
    ['signal', 1],
    ['signal', null],
    ['signal', undefined],
    ['signal', '__proto__'],
    ['signal', 'constructor'],
    ['symbol', 'XMRBTC'],
    ['symbol', 'ethbtc'],
    ['symbol', ''],
    ['symbol', 'ETH BTC'],
    ['symbol', null],
    ['symbol', undefined],
    ['timeframe', '1d'],
    ['timeframe', '5M'],
    ['timeframe', '5 minutes'],
    ['timeframe', undefined],
    ['reasoning', { text: 'because' }],
    ['reasoning', undefined],
    ['fallback_used', 'yes'],
    ['degraded_inference', 1],
    ['usage', { input_tokens: -1 }],
    ['usage', 'many'],
    ['raw_content', { choices: [] }],
  ])('R11 refuses %s of %j and names the field', (field, value) => {
    const message = refused(aSettleInput({ said: { [field]: value } }));
    expect(message).toMatch(new RegExp(`^${field}(\\.\\w+)?: `));
    expect(message.length).toBeLessThan(1_000);
  });

  it.each(['signal', 'symbol', 'timeframe', 'reasoning', 'model', 'hidden_hand_warning'])(
    'R11 refuses a %s of a million letters, in few words',
    (field) => {
      const message = refused(aSettleInput({ said: { [field]: HUGE } }));
      expect(message).toMatch(new RegExp(`^${field}: `));
      expect(message.length).toBeLessThan(200);
    },
  );

  it.each([
    ['null', null],
    ['a text', "I'm sorry, I can't help with that."],
    ['a JSON text', JSON.stringify(aResult())],
    ['a number', 0.8],
    ['an empty list', []],
    ['a list of results', [aResult()]],
    ['a huge text', HUGE],
  ])('R11 refuses %s in place of a result', (_, whole) => {
    expect(refused(aSettleInput({ whole }))).toMatch(/^result: .*expected object/);
  });

  it.each([
    ['nothing', {}],
    ["a model's refusal", { refusal: 'I cannot give financial advice.' }],
    ['a result within a result', { result: aResult() }],
    ['only keys of the prototype', JSON.parse('{"__proto__": {"signal": "BUY", "confidence": 0.9}, "constructor": 1}')],
  ])('R11 refuses %s and names what is missing', (_, whole) => {
    expect(refused(aSettleInput({ whole }))).toMatch(/symbol: .*timeframe: .*signal: /);
  });

  it('R11 names both markets where the result is about another', () => {
    expect(refused(aSettleInput({ said: { symbol: 'XMRBTC' } }))).toMatch(/ETHBTC.*XMRBTC/);
    expect(refused(aSettleInput({ said: { timeframe: '1d' } }))).toMatch(/5m.*1d/);
  });

  it.each([
    ['buy', 'BUY'],
    ['Sell', 'SELL'],
    [' hold ', 'HOLD'],
  ])('R11 a signal in any case is one: %j', (signal, stored) => {
    expect(settled(aSettleInput({ said: { signal } })).signal).toBe(stored);
  });

  it.each([0, 1])('R11 the ends of the range are in it: %d', (confidence) => {
    expect(settled(aSettleInput({ said: { confidence, risk_score: confidence } }))).toMatchObject({
      confidence,
      risk_score: confidence,
    });
  });

  it('R11 never clamps: what is accepted has the very figures that were sent', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2 }), fc.double({ min: -2, max: 2 }), (confidence, risk_score) => {
        const settlement = settle(aSettleInput({ said: { confidence, risk_score } }));
        const inRange = confidence >= 0 && confidence <= 1 && risk_score >= 0 && risk_score <= 1;
        expect(settlement.ok).toBe(inRange);
        if (settlement.ok) {
          expect(settlement.result.confidence).toBeCloseTo(confidence, 8);
          expect(settlement.result.risk_score).toBe(risk_score);
        }
      }),
    );
  });
});

describe('R11 what an agent sends', () => {
  const fields = [...Object.keys(aResult()), 'fallback_used', 'degraded_inference', 'phase_signal_conflict']
    .concat('original_confidence', 'adjusted_confidence', 'wyckoff_phase', 'volume_trend', 'hidden_hand_warning')
    .concat('usage', 'raw_content', '__proto__', 'constructor', 'toString');

  it('R11 never throws out of settle, however it is mutated, and never leaves the range', () => {
    fc.assert(
      fc.property(
        anySettleInput,
        fc.dictionary(fc.constantFrom(...fields), fc.anything({ withBigInt: true, withDate: true, withMap: true }), {
          maxKeys: 4,
        }),
        (input, mutation) => {
          const settlement = settle({ ...input, result: { ...(input.result as object), ...mutation } });
          if (!settlement.ok) {
            expect(settlement.message).toMatch(/^\w+(\.\w+)*: ./);
            return;
          }
          const { symbol, timeframe, confidence, original_confidence } = settlement.result;
          expect({ symbol, timeframe }).toEqual({ symbol: input.task.symbol, timeframe: input.task.timeframe });
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(original_confidence);
          expect(original_confidence).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('R11 never throws out of settle, even where it is nothing like a result', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (whole) => {
        expect(settle({ ...aSettleInput(), result: whole }).ok).toBe(false);
      }),
    );
  });

  it('R6 is stored under the task that it was given for, and by who sent it, whatever else it says', () => {
    const said = {
      task_id: 'task-2',
      completed_by: 'analyst-2',
      stage: 'signal',
      origin: 'backtest',
      offset: 1,
      attempt: 9,
    };
    const record = settled(aSettleInput({ said: { ...said, persisted_at: 'now', hash: 'x' } }));
    expect(record).toMatchObject({
      task_id: 'task-1',
      completed_by: 'analyst-1',
      stage: 'analysis',
      origin: 'live',
      attempt: 1,
    });
    expect(record).not.toHaveProperty('offset');
    expect(record).not.toHaveProperty('hash');
    expect(record).not.toHaveProperty('persisted_at');
  });
});
