import type { TradingAnalysisResult } from './result.ts';
import type { TradingTaskType } from './task.ts';

export interface CompletedPayload {
  task_id: string;
  task_type: TradingTaskType;
  result: TradingAnalysisResult;
  completed_by: string;
  completed_at: string;
  persisted_at: string;
  offset: number;
}

/** Every channel of the event bus and what travels on it. */
export interface BusEvents {
  'analysis-events': { type: 'analysis_complete'; payload: CompletedPayload };
  'signal-events': { type: 'signal_validated'; payload: CompletedPayload };
}
