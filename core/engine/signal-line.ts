import type { SidebarUpdate } from '../contract/sidebar.ts';
import { percent } from '../signals/percent.ts';
import { toSidebarDisplay } from '../signals/sidebar-display.ts';

const SHAPES = { BUY: '▲', SELL: '▼', HOLD: '■' } as const;
const COLOURS = { BUY: 32, SELL: 31, HOLD: 37 } as const;

/** Text from outside must not steer the terminal. */
const plain = (text: string): string => text.replace(/\p{C}/gu, '');

/** One signal as one readable line of the terminal. */
export function signalLine(update: SidebarUpdate, colour: boolean): string {
  const display = toSidebarDisplay(update);
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lowered = update.adjustments.length > 0 ? ` (was ${percent(update.original_confidence)})` : '';
  const marks = [
    ...(update.stage === 'analysis' ? ['provisional'] : []),
    ...(display.degraded ? [paint(33, 'DEGRADED')] : []),
    ...(display.warning ? [`${paint(35, 'HIDDEN HAND')} ${plain(display.warning)}`] : []),
  ];
  return [
    update.analyzed_at.slice(0, 16).replace('T', ' '),
    plain(display.symbol).padEnd(10),
    update.timeframe.padEnd(4),
    paint(COLOURS[display.signal], `${SHAPES[display.signal]} ${display.signal.padEnd(4)}`),
    `${display.confidence.padStart(4)}${lowered.padEnd(11)}`,
    display.risk.padEnd(6),
    update.wyckoff_phase.padEnd(12),
    marks.join(', '),
  ]
    .join('  ')
    .trimEnd();
}
