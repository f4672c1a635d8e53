import { describe, expect, it } from 'vitest';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { toIso } from '../../core/signals/instant.ts';
import { aRecord } from '../testing/a-record.ts';
import { mergedRecords } from './records.ts';
import { lastOfEach, turnsOf } from './signal-runs.ts';

const at = (minute: number, given: Partial<TradingAnalysisResult> = {}): TradingAnalysisResult =>
  aRecord({ offset: minute, analyzed_at: toIso(minute * 60_000), ...given });

describe('the signals of a symbol', () => {
  it('stand once each, by their last word', () => {
    const records = mergedRecords(
      [],
      [
        at(5, { offset: 9, stage: 'analysis', confidence: 0.9 }),
        at(5, { offset: 10, stage: 'signal', confidence: 0.45 }),
        at(10, { offset: 8, stage: 'analysis' }),
        at(5, { offset: 7, timeframe: '1h' }),
      ],
    );
    expect(lastOfEach(records).map(({ offset }) => offset)).toEqual([8, 10, 7]);
    expect(mergedRecords(records, records)).toEqual(records);
  });

  it('turn where they first say something else, or are warned of', () => {
    const newestFirst = [
      at(30, { signal: 'SELL' }),
      at(25, { signal: 'BUY', hidden_hand_warning: 'against the phase' }),
      at(20, { signal: 'BUY', hidden_hand_warning: 'against the phase' }),
      at(15, { signal: 'BUY' }),
      at(12, { signal: 'HOLD', timeframe: '1h' }),
      at(10, { signal: 'BUY' }),
    ];
    expect(turnsOf(newestFirst, '5m').map(({ time, signal, warned }) => [time / 60_000, signal, warned])).toEqual([
      [10, 'BUY', false],
      [20, 'BUY', true],
      [30, 'SELL', false],
    ]);
  });
});
