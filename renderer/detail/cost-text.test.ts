import { describe, expect, it } from 'vitest';
import { costText, latencyText, tokensText } from './cost-text.ts';
import { BAND_NAME, eventWords } from './event-words.ts';

describe('where a result comes from', () => {
  it('says how long it took, whole and by stage', () => {
    expect(latencyText({ settled: 1, persisted: 4 })).toBe('4 ms (settled 1 ms, persisted 4 ms)');
    expect(latencyText({ model: 1_800, persisted: 1_812 })).toBe('1.8 s (model 1.8 s, persisted 1.8 s)');
    expect(latencyText({})).toBe('not measured');
  });

  it('says what it cost, or that nobody said', () => {
    expect(tokensText({ input_tokens: 4_100, output_tokens: 220, cost_usd: 0.004 })).toBe('4,100 in, 220 out');
    expect(tokensText({ output_tokens: 0 })).toBe('0 out');
    expect(tokensText(null)).toBe('not said');
    expect(costText({ cost_usd: 0.0041 })).toBe('$0.0041');
    expect(costText(null)).toBe('');
  });
});

describe('an event', () => {
  it('is called by its letters, and by its own name where this page does not know it', () => {
    expect(eventWords('selling_climax')).toEqual({ short: 'SC', long: 'selling climax', side: 'below' });
    expect(eventWords('constructor').short).toBe('construct…');
    expect(eventWords('shake_out')).toMatchObject({ short: 'shake out', long: 'shake out' });
    expect(BAND_NAME.unknown).toBeNull();
  });
});
