import { describe, expect, it } from 'vitest';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { signalLine } from './signal-line.ts';

/** What may be any text at all. */
const TEXTS = {
  symbol: 'ADA/BTC',
  task_id: 'task-1',
  warning: 'potential upthrust, confidence halved',
  model: 'one',
  completed_by: 'analyst-1',
};

const line = (given: Partial<Record<keyof typeof TEXTS, string>>, colour = false): string =>
  signalLine(
    {
      ...TEXTS,
      ...given,
      type: 'sidebar_update',
      timeframe: '5m',
      timestamp: '2026-01-05T12:00:00.000Z',
      analyzed_at: '2026-01-05T12:00:00.000Z',
      signal: 'BUY',
      confidence: 0.36,
      original_confidence: 0.9,
      adjustments: [{ kind: 'hidden_hand', multiplier: 0.5, reason: given.warning ?? TEXTS.warning }],
      risk_score: 0.8,
      degraded: true,
      wyckoff_phase: 'distribution',
      volume_trend: 'declining',
      stage: 'signal',
      origin: 'live',
      offset: 1,
    } satisfies SidebarUpdate,
    colour,
  );

/** What a terminal obeys: colours, a cleared screen, a title, a link, the clipboard, an answer typed by itself. */
const COMMANDS = [
  '\u001b[31mred',
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u001b[6n',
  '\u009b31m',
  '\u001bP$q"p\u001b\\',
  'over\rwritten',
  'back\b\b\b\bspace',
  'a second\nline',
  '\u0007\u0000\u007f',
  '\u202eturned about',
];

describe('a signal in the terminal', () => {
  it('is one line that says what is shown', () => {
    expect(line({})).toBe(
      '2026-01-05 12:00  ADA/BTC     5m    ▲ BUY    36% (was 90%)   HIGH    distribution  DEGRADED, HIDDEN HAND potential upthrust, confidence halved',
    );
  });

  it.each(COMMANDS)('holds nothing that a terminal would obey, in whatever field it came: %j', (command) => {
    for (const field of Object.keys(TEXTS) as (keyof typeof TEXTS)[])
      expect(line({ [field]: command }), field).not.toMatch(/\p{C}/u);
  });

  it('has no colours but its own', () => {
    const colours = (text: string): number => text.split('\u001b').length;
    const given = { symbol: '\u001b[31mADA/BTC', warning: 'a \u001b[41mwarning' };
    expect(colours(line(given, true))).toBe(colours(line({}, true)));
  });
});
