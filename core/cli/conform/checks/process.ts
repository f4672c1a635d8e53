import { bad, type Check, fine, whyNone } from '../check.ts';
import type { Given } from '../given.ts';
import type { Stage } from '../stage.ts';

const SETTLE_MS = 150;
const RETRY_MS = 500;
const HUGE = 'x'.repeat(200_000);

/** What a broken or a newer engine might send, and what to call it. */
const GARBAGE: readonly (readonly [string, string, unknown])[] = [
  ['an event that it cannot know', 'weather_report', { wind: 'north' }],
  ['a task_assign without a body', 'task_assign', null],
  ['a task_assign without fields', 'task_assign', {}],
  ['a task_assign that is text', 'task_assign', 'please'],
  ['a task_assign of wrong types', 'task_assign', { task_id: 7, lease: 'seven', task_type: [], payload: 'none' }],
  [
    'a task_assign without a payload',
    'task_assign',
    { task_id: 'garbled-1', lease: 1_000_001, task_type: 'trading_analysis' },
  ],
  [
    'a task_assign with a payload of wrong types',
    'task_assign',
    {
      task_id: 'garbled-2',
      lease: 1_000_002,
      task_type: 'trading_analysis',
      attempt: 1,
      payload: { symbol: 7, timeframe: null, bars: [['soon'], null, 5], analysis: 'none', market_context: [] },
      attempt_ms: 1_000,
      deadline: 'tomorrow',
    },
  ],
  [
    'a task_assign with a huge text',
    'task_assign',
    { task_id: 'garbled-3', lease: 1_000_003, task_type: 'trading_analysis', attempt: 1, payload: { symbol: HUGE } },
  ],
  ['a task_cancel without a body', 'task_cancel', null],
  ['a task_cancel of an unknown task', 'task_cancel', { task_id: 'unheard-of', lease: 9, reason: HUGE }],
];
const GARBLED = ['garbled-1', 'garbled-2', 'garbled-3'] as const;

/** A good task, with fields of a newer engine; offered again where the agent is not idle yet. */
async function goodTask(stage: Stage, type: Parameters<Check['play']>[1]): Promise<Given> {
  const until = stage.clock.monotonic() + stage.patienceMs;
  for (;;) {
    const given = stage.engine.give(type, {
      task: (task) => ({ ...task, mood: 'good', payload: { ...task.payload, weather: ['fair'] } }),
    });
    await stage.completion(given);
    const declined = given.acks.some((ack) => (ack as { accept?: unknown } | null)?.accept === false);
    if (given.completions.length > 0 || !declined || stage.clock.monotonic() > until) return given;
    await stage.meanwhile(RETRY_MS);
  }
}

export const garbage: Check = {
  name: 'garbage',
  async play(stage, type) {
    stage.engine.lenient = true;
    try {
      for (const [what, event, body] of GARBAGE) {
        stage.engine.say(event, body, () => {});
        await stage.meanwhile(SETTLE_MS);
        if (stage.ended !== null)
          return bad(`${what} ended its process (${stage.ended}): pass over what cannot be read, and stay alive`);
        if (!(await stage.ready()))
          return bad(`${what} ended its connection: pass over what cannot be read, and stay connected`);
      }
      for (const [place, task_id] of GARBLED.entries())
        stage.engine.say('task_cancel', { task_id, lease: 1_000_001 + place, reason: 'garbled' });
      const given = await goodTask(stage, type);
      return given.completions.length > 0
        ? fine('garbled messages are passed over, and so are unknown fields')
        : bad(`after garbled messages and with unknown fields: ${whyNone(stage, given)}`);
    } finally {
      stage.engine.lenient = false;
    }
  },
};

export const restart: Check = {
  name: 'restart',
  async play(stage, type) {
    const before = stage.session?.handshake.instance;
    const given = stage.engine.give(type, { answer: () => null });
    if (!(await stage.completion(given))) return bad(whyNone(stage, given));
    const after = await stage.start();
    if (!after) return bad('it was killed and started again, and did not connect');
    const { instance, running } = after.handshake;
    if (instance === before)
      return bad(
        `it was killed and came back as the same instance (${instance}), so the engine takes it for the same process and waits for its tasks: make instance anew at each start`,
      );
    const claims = running.some(({ task_id }) => task_id === given.task.task_id);
    const sent = given.completions.length;
    if (claims && !(await stage.until(() => given.completions.length > sent, stage.patienceMs)))
      return bad('it was killed and, started again, claims the lease of before without having its result');
    const next = stage.engine.give(type);
    if (!(await stage.completion(next))) return bad(`started again: ${whyNone(stage, next)}`);
    return fine(
      claims
        ? 'killed and started again it is a new instance, which still has its result of before'
        : 'killed and started again it is a new instance, and claims nothing of before',
    );
  },
};
