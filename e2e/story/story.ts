type Result = Record<string, unknown>;

export interface Step {
  title: string;
  symbol: string;
  /** What the agent answers, first to last: each to a new lease unless it repeats the one before. */
  answers: readonly { result: Result; ago?: number; repeats?: true; ack: Ack }[];
}
type Ack = 'stored' | 'duplicate' | 'invalid_result';

export const TIMEFRAME = '5m';

const says = (given: Result): Result => ({
  signal: 'BUY',
  risk_score: 0.5,
  reasoning: 'As the story has it.',
  ...given,
});
const upthrust = { wyckoff_phase: 'distribution', volume_trend: 'declining' };

/** One scripted run: what agents do to a trader, and what has to come of it. `ago` is seconds before the start. */
export const STORY: readonly Step[] = [
  {
    title: 'a fallback model answered',
    symbol: 'DEG/USD',
    answers: [
      { result: says({ confidence: 0.85, fallback_used: true, model: 'small-model' }), ago: 60, ack: 'stored' },
    ],
  },
  {
    title: 'a BUY in distribution on declining volume',
    symbol: 'HID/USD',
    answers: [{ result: says({ confidence: 0.9, risk_score: 0.8, ...upthrust }), ago: 50, ack: 'stored' }],
  },
  {
    title: 'both',
    symbol: 'BOTH/USD',
    answers: [{ result: says({ confidence: 0.9, fallback_used: true, ...upthrust }), ago: 40, ack: 'stored' }],
  },
  {
    title: 'a newer result',
    symbol: 'ORD/USD',
    answers: [{ result: says({ signal: 'SELL', confidence: 0.7, risk_score: 0.2 }), ago: 30, ack: 'stored' }],
  },
  {
    title: 'an older one after it',
    symbol: 'ORD/USD',
    answers: [{ result: says({ confidence: 0.95 }), ago: 600, ack: 'stored' }],
  },
  {
    title: 'a second completion of one task',
    symbol: 'TWICE/USD',
    answers: [
      { result: says({ signal: 'hold', confidence: 0.52 }), ago: 20, ack: 'stored' },
      { result: says({ confidence: 0.99 }), ago: 10, repeats: true, ack: 'duplicate' },
    ],
  },
  {
    title: 'a result without a time',
    symbol: 'TIME/USD',
    answers: [{ result: says({ signal: 'SELL', confidence: 0.64 }), ack: 'stored' }],
  },
  {
    title: 'an invalid one, three times',
    symbol: 'BAD/USD',
    answers: [
      { result: says({ confidence: 1.7 }), ack: 'invalid_result' },
      { result: says({ confidence: 'high' }), ack: 'invalid_result' },
      { result: says({ confidence: 0.9, symbol: 'OTHER/USD' }), ack: 'invalid_result' },
    ],
  },
];

export interface Row {
  symbol: string;
  signal: 'BUY' | 'SELL' | 'HOLD';
  confidence: string;
  /** What it was before adjustment, where it was adjusted. */
  before: string | null;
  risk: 'LOW' | 'MEDIUM' | 'HIGH';
  degraded: boolean;
  /** A part of the Hidden Hand's sentence, where there is one. */
  warning: string | null;
  phase: string;
}

const row = (symbol: string, signal: Row['signal'], confidence: string, given: Partial<Row> = {}): Row => ({
  symbol,
  signal,
  confidence,
  before: null,
  risk: 'MEDIUM',
  degraded: false,
  warning: null,
  phase: 'unknown',
  ...given,
});

/** What every layer shows in the end, newest first; all validated, none provisional. */
export const EXPECTED_ROWS: readonly Row[] = [
  row('TIME/USD', 'SELL', '64%'),
  row('TWICE/USD', 'HOLD', '52%'),
  row('ORD/USD', 'SELL', '70%', { risk: 'LOW' }),
  row('BOTH/USD', 'BUY', '36%', {
    before: '90%',
    degraded: true,
    warning: 'potential upthrust, confidence halved',
    phase: 'distribution',
  }),
  row('HID/USD', 'BUY', '45%', {
    before: '90%',
    risk: 'HIGH',
    warning: 'potential upthrust, confidence halved',
    phase: 'distribution',
  }),
  row('DEG/USD', 'BUY', '68%', { before: '85%', degraded: true }),
];

export const EXPECTED_ACKS: readonly Ack[] = STORY.flatMap((step) => step.answers.map(({ ack }) => ack));
