import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { BarsPage } from '../../core/contract/bars.ts';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { dice } from './dice.ts';

const BAR_MS = 300_000;

/** So many 5-minute bars up to now, with phases and Wyckoff's events written out where a schematic has them. */
export function aMarket(count = 160): BarsPage {
  const roll = dice(7);
  const start = Math.floor(Date.now() / BAR_MS) * BAR_MS - count * BAR_MS;
  let price = 0.0731;
  const items = Array.from({ length: count }, (_, at): BarsPage['items'][number] => {
    const drift = at < count / 3 ? -0.0006 : Math.sin(at / 7) * 0.0009 + (at > count * 0.7 ? 0.0007 : 0);
    const open = price;
    price *= 1 + drift + (roll() - 0.5) * 0.003;
    const high = Math.max(open, price) * (1 + roll() * 0.0012);
    const low = Math.min(open, price) * (1 - roll() * 0.0012);
    const round = (value: number) => Math.round(value * 1e7) / 1e7;
    return [start + at * BAR_MS, round(open), round(high), round(low), round(price), Math.round(300 + roll() * 900)];
  });
  const time = (at: number) => new Date((items[at]?.[0] ?? start) as number).toISOString();
  const event = (at: number, kind: string, place: 2 | 3 | 4) => ({
    time: time(at),
    kind,
    value: items[at]?.[place] ?? 0,
  });
  const third = Math.floor(count / 3);
  const late = Math.floor(count * 0.7);
  return {
    items,
    phases: [
      { from: time(10), to: time(third), wyckoff_phase: 'markdown', tier: 2 },
      { from: time(third), to: time(late), wyckoff_phase: 'accumulation', tier: 1 },
      { from: time(late), to: time(count - 30), wyckoff_phase: 'markup', tier: 2 },
      {
        from: time(count - 30),
        to: new Date(start + count * BAR_MS).toISOString(),
        wyckoff_phase: 'distribution',
        tier: 1,
      },
    ],
    events: [
      event(third, 'selling_climax', 3),
      event(third + 6, 'automatic_rally', 2),
      event(third + 14, 'secondary_test', 3),
      event(third + 32, 'spring', 3),
      event(third + 33, 'test', 3),
      event(late, 'sign_of_strength', 2),
      event(late + 2, 'last_point_of_support', 3),
      event(count - 28, 'buying_climax', 2),
      event(count - 12, 'upthrust', 2),
      event(count - 11, 'upthrust_after_distribution', 2),
      event(count - 4, 'sign_of_weakness', 3),
    ],
    timeframes: ['5m', '15m', '30m', '1h', '4h', '1d'],
  };
}

/** The same records, oldest first, with the hashes that a store gives them. */
export function chained(records: readonly TradingAnalysisResult[]): TradingAnalysisResult[] {
  let before = '';
  return [...records]
    .sort((a, b) => a.offset - b.offset)
    .map(({ hash: _, ...unhashed }) => {
      before = createHash('sha256')
        .update(before + canonicalize(unhashed))
        .digest('hex');
      return { ...unhashed, hash: before };
    });
}

/** The stored record behind a row, with what a row does not say given. */
export function recordOf(row: SidebarUpdate, given: Partial<TradingAnalysisResult> = {}): TradingAnalysisResult {
  return {
    task_id: row.task_id,
    symbol: row.symbol,
    timeframe: row.timeframe,
    signal: row.signal,
    confidence: row.confidence,
    risk_score: row.risk_score,
    reasoning: 'Price closed above the range high after a narrow-spread rally from the last support.',
    wyckoff_phase: row.wyckoff_phase,
    volume_trend: row.volume_trend,
    degraded_inference: row.degraded,
    hidden_hand_warning: row.warning,
    analyzed_at: row.analyzed_at,
    original_confidence: row.original_confidence,
    adjustments: row.adjustments,
    degradation_reason: row.degraded ? 'fallback_model_used' : null,
    phase_signal_conflict: row.warning !== null,
    market_readings: {
      agent: null,
      engine: { wyckoff_phase: row.wyckoff_phase, volume_trend: row.volume_trend, tier: 1 },
    },
    model: row.model,
    fallback_used: row.degraded,
    stage: row.stage,
    analysis_task_id: null,
    origin: row.origin,
    context_tier: 'full',
    usage: { input_tokens: 2_114, output_tokens: 180, cost_usd: 0.004 },
    attempt: 2,
    claimed: {},
    completed_by: row.completed_by,
    received_at: row.timestamp,
    completed_at: row.timestamp,
    raw_content_hash: null,
    latency_ms: { settled: 2, persisted: 1_800 },
    persisted_at: row.timestamp,
    store_epoch: 'scripted',
    offset: row.offset,
    hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ...given,
  };
}
