import type { TradingAnalysisResult } from '../../core/contract/result.ts';

type Usage = TradingAnalysisResult['usage'];

const SECOND = 1_000;
const count = new Intl.NumberFormat('en-GB');
const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 });

const spanText = (ms: number): string =>
  ms < SECOND ? `${count.format(Math.round(ms))} ms` : `${(ms / SECOND).toFixed(1)} s`;

/** "12 ms (settled 1 ms, persisted 12 ms)": the longest stage is the whole way. */
export function latencyText(stages: Readonly<Record<string, number>>): string {
  const named = Object.entries(stages).filter(([, ms]) => Number.isFinite(ms));
  if (named.length === 0) return 'not measured';
  const whole = Math.max(...named.map(([, ms]) => ms));
  return `${spanText(whole)} (${named.map(([stage, ms]) => `${stage} ${spanText(ms)}`).join(', ')})`;
}

/** "4,100 in, 220 out", or that the agent did not say. */
export function tokensText(usage: Usage): string {
  const parts = [
    usage?.input_tokens === undefined ? null : `${count.format(usage.input_tokens)} in`,
    usage?.output_tokens === undefined ? null : `${count.format(usage.output_tokens)} out`,
  ].filter((part) => part !== null);
  return parts.join(', ') || 'not said';
}

/** "$0.004"; "" where the agent did not say. */
export const costText = (usage: Usage): string => (usage?.cost_usd === undefined ? '' : dollars.format(usage.cost_usd));
