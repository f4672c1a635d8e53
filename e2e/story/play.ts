import type { Reply } from '../../core/contract/messages.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';
import { type Row, STORY, TIMEFRAME } from './story.ts';

export interface Assignment {
  task_id: string;
  lease: number;
  payload: Record<string, unknown>;
}

/** What the player needs of a layer: somebody who submits, and an agent that is able to do everything. */
export interface Hands {
  now(): number;
  submit(task: { task_type: string; symbol: string; timeframe: string }): Promise<string>;
  /** Resolves once the task was offered to the agent, which has accepted it. */
  assigned(taskId: string): Promise<Assignment>;
  complete(held: Assignment, result: Record<string, unknown>): Promise<Reply>;
}

const named = (reply: Reply): string => (reply.ok ? String(reply.status) : reply.code);

/** Plays the story, the validator's stage included; returns the acks of the analyses in turn. */
export async function playStory(hands: Hands): Promise<string[]> {
  const start = hands.now();
  const acks: string[] = [];
  for (const { symbol, answers } of STORY) {
    const task = await hands.submit({ task_type: 'trading_analysis', symbol, timeframe: TIMEFRAME });
    let held: Assignment | null = null;
    let stored = false;
    for (const { result, ago, repeats } of answers) {
      if (!held || !repeats) held = await hands.assigned(task);
      const time = ago === undefined ? {} : { analyzed_at: new Date(start - ago * 1_000).toISOString() };
      const reply = await hands.complete(held, { symbol, timeframe: TIMEFRAME, ...time, ...result });
      acks.push(named(reply));
      stored ||= reply.ok;
    }
    if (stored) await validate(hands, `${task}:signal`);
  }
  return acks;
}

/** The validator confirms what it was given, and knows no phase of its own. */
async function validate(hands: Hands, taskId: string): Promise<void> {
  const held = await hands.assigned(taskId);
  const { symbol, timeframe, signal, original_confidence, risk_score, analyzed_at } = held.payload.analysis as Record<
    string,
    unknown
  >;
  const reply = await hands.complete(held, {
    symbol,
    timeframe,
    signal,
    confidence: original_confidence,
    risk_score,
    analyzed_at,
    reasoning: 'Confirmed.',
  });
  if (!reply.ok) throw new Error(`The validator's result of ${taskId} was refused: ${reply.code}, ${reply.message}`);
}

/** A sidebar update as the story writes rows down. */
export function rowOf(update: SidebarUpdate): Row & { provisional: boolean } {
  const { symbol, signal, confidence, risk, degraded, warning } = toSidebarDisplay(update);
  const before = update.original_confidence === update.confidence ? null : percent(update.original_confidence);
  return {
    symbol,
    signal,
    confidence,
    before,
    risk,
    degraded,
    warning,
    phase: update.wyckoff_phase,
    provisional: update.stage === 'analysis',
  };
}

export const newestFirst = (updates: readonly SidebarUpdate[]): SidebarUpdate[] =>
  [...updates].sort((a, b) => Date.parse(b.analyzed_at) - Date.parse(a.analyzed_at) || b.offset - a.offset);
