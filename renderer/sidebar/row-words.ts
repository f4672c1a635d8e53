import type { Signal, VolumeTrend, WyckoffPhase } from '../../core/contract/result.ts';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { percent } from '../../core/signals/percent.ts';
import { toSidebarDisplay } from '../../core/signals/sidebar-display.ts';

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A row in one breath: "ADA/BTC 5m BUY 36% degraded hidden hand". */
export function rowName(update: SidebarUpdate, flippedFrom: Signal | null = null): string {
  const { symbol, signal, confidence, warning, degraded } = toSidebarDisplay(update);
  const marks = [
    degraded && 'degraded',
    warning !== null && 'hidden hand',
    update.stage === 'analysis' && 'provisional',
    flippedFrom !== null && `was ${flippedFrom}`,
  ].filter(Boolean);
  return [symbol, update.timeframe, signal, confidence, ...marks].join(' ');
}

export const wasAdjusted = ({ original_confidence, confidence }: SidebarUpdate): boolean =>
  original_confidence !== confidence;

const figures = ({ original_confidence, confidence }: SidebarUpdate): string =>
  `Confidence ${percent(original_confidence)} before, ${percent(confidence)} shown.`;

export function degradedReason(update: SidebarUpdate): string {
  const penalty = update.adjustments.find(({ kind }) => kind === 'fallback_model_used');
  const times = penalty ? ` (× ${penalty.multiplier})` : '';
  // Of a validated row it is the validator's model, which is not the one that fell back.
  const model = update.stage === 'analysis' && update.model ? ` Model: ${update.model}.` : '';
  return `${capital(penalty?.reason ?? 'a fallback model answered')}${times}.${model} ${figures(update)}`;
}

export const hiddenHandReason = (update: SidebarUpdate): string =>
  `${capital(update.warning ?? '')}. ${figures(update)}`;

export const PROVISIONAL_REASON =
  'The analysis as the agent gave it. The validator has not answered yet; its result will replace this one.';

export const flipReason = ({ signal }: SidebarUpdate, from: Signal): string =>
  `The signal turned from ${from} to ${signal} while this page was open.`;

/** Where there is no room for the word. */
export const PHASE_SHORT: Record<WyckoffPhase, string> = {
  accumulation: 'A',
  markup: 'MU',
  distribution: 'D',
  markdown: 'MD',
  unknown: '?',
};

const PHASE_MEANS: Record<WyckoffPhase, string> = {
  accumulation: 'large buyers take up what is sold inside a range',
  markup: 'the price has left its range upwards',
  distribution: 'large holders sell into demand inside a range',
  markdown: 'the price has left its range downwards',
  unknown: 'the recent bars do not tell',
};
const VOLUME_SAYS: Record<VolumeTrend, string> = {
  rising: 'Volume is rising.',
  flat: 'Volume is flat.',
  declining: 'Volume is declining.',
  unknown: 'The volume trend is unknown.',
};

export const phaseReason = ({ wyckoff_phase, volume_trend }: SidebarUpdate): string =>
  `Wyckoff phase ${wyckoff_phase}: ${PHASE_MEANS[wyckoff_phase]}. ${VOLUME_SAYS[volume_trend]}`;
