import type { SidebarUpdate } from '../contract/sidebar.ts';
import { percent } from './percent.ts';

type Risk = 'HIGH' | 'MEDIUM' | 'LOW';

export interface SidebarDisplay {
  symbol: string;
  signal: SidebarUpdate['signal'];
  /** Whole percent of the settled confidence, such as "68%". */
  confidence: string;
  risk: Risk;
  warning: string | null;
  degraded: boolean;
}

function riskOf(score: number): Risk {
  if (score > 0.7) return 'HIGH';
  return score > 0.4 ? 'MEDIUM' : 'LOW';
}

/** The sidebar's line for a settled result: a stored record or its update on the wire. */
export function toSidebarDisplay(
  result: Pick<SidebarUpdate, 'symbol' | 'signal' | 'confidence' | 'risk_score'> &
    (
      | { warning: string | null; degraded: boolean }
      | { hidden_hand_warning: string | null; degraded_inference: boolean }
    ),
): SidebarDisplay {
  return {
    symbol: result.symbol,
    signal: result.signal,
    confidence: percent(result.confidence),
    risk: riskOf(result.risk_score),
    warning: 'warning' in result ? result.warning : result.hidden_hand_warning,
    degraded: 'degraded' in result ? result.degraded : result.degraded_inference,
  };
}
