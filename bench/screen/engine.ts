import { performance } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { aRecord } from '../../core/bridge/testing/a-record.ts';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { type ASidebar, aSidebar } from '../../core/engine/testing/a-sidebar.ts';
import { TOKENS } from '../../core/gateway/testing/a-gateway.ts';
import type { FromEngine, Load, ToEngine } from './messages.ts';

const TICK_MS = 2;
/** Coprime to any number of symbols that somebody would choose: every symbol in turn. */
const STRIDE = 7_919;
const SIGNALS = ['BUY', 'SELL', 'HOLD'] as const;
const PHASES = ['accumulation', 'markup', 'distribution', 'markdown', 'unknown'] as const;
const REASON = 'BUY in distribution on declining volume: potential upthrust, confidence halved';

let offset = 0;

/** Results as the rules leave them: every seventh contradicts the phase, every fifth is of a fallback model. */
function next(symbols: number): TradingAnalysisResult {
  offset += 1;
  const warned = offset % 7 === 0;
  const degraded = offset % 5 === 0;
  const said = 0.4 + (offset % 60) / 100;
  const now = new Date().toISOString();
  return aRecord(offset, {
    symbol: `SYM${(offset * STRIDE) % symbols}/USD`,
    signal: warned ? 'BUY' : SIGNALS[offset % 3],
    confidence: said * (warned ? 0.5 : 1) * (degraded ? 0.8 : 1),
    original_confidence: said,
    adjustments: [
      ...(degraded
        ? [{ kind: 'fallback_model_used' as const, multiplier: 0.8, reason: 'a fallback model answered' }]
        : []),
      ...(warned ? [{ kind: 'hidden_hand' as const, multiplier: 0.5, reason: REASON }] : []),
    ],
    degraded_inference: degraded,
    hidden_hand_warning: warned ? REASON : null,
    phase_signal_conflict: warned,
    wyckoff_phase: warned ? 'distribution' : PHASES[offset % 5],
    risk_score: (offset % 100) / 100,
    analyzed_at: now,
    completed_at: now,
    model: 'my-model',
    completed_by: 'analyst-1',
  });
}

function append(sidebar: ASidebar, symbols: number, count: number): void {
  if (count > 0) sidebar.append(Array.from({ length: count }, () => next(symbols)));
}

async function run(sidebar: ASidebar, { rate, symbols, seconds }: Load): Promise<number> {
  const first = offset;
  const start = performance.now();
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
    append(sidebar, symbols, Math.floor((elapsed / 1_000) * rate) - (offset - first));
    await after(TICK_MS);
  }
  await sidebar.published();
  return offset - first;
}

const answer = (message: FromEngine): void => void process.send?.(message);
let sidebar: ASidebar;
process.on('message', async (message: ToEngine) => {
  if (message.ask === 'run') return answer({ is: 'ran', published: await run(sidebar, message.load) });
  const { page, origins, symbols } = message;
  sidebar = await aSidebar({ page, origins });
  append(sidebar, symbols, symbols);
  await sidebar.published();
  return answer({ is: 'serving', url: sidebar.url, token: TOKENS.viewer });
});
process.on('disconnect', () => process.exit());
