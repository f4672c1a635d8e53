import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { until } from '../support/program.ts';
import { type ModelsEngine, modelAt, type Standing, startModelsEngine } from './engine.ts';
import { closeFakeModels, type FakeModel, opinion, startFakeModel } from './fake-model.ts';

afterEach(closeFakeModels);

const BARS = fileURLToPath(new URL('../story/ADABTC-5m.csv', import.meta.url));
const TIMEOUTS = { primary: 400, total: 900, idle: 200, circuit: 700 };
const HOUR_MS = 3_600_000;
const DOWN = { is: 'status', status: 503 } as const;

/** Looks at the status all the time: how the analyst's model stood, and whether a task circuit ever did anything. */
function watch(engine: ModelsEngine) {
  const seen: Standing[] = [];
  const circuits: unknown[] = [];
  let over = false;
  const looking = (async () => {
    while (!over) {
      const status = await engine.status().catch(() => null);
      if (!status) continue;
      circuits.push(...status.circuits);
      const now = status.agents.find(({ agent_id }) => agent_id === 'analyst-1')?.sovereign as Standing | null;
      const last = seen.at(-1);
      if (now && (now.circuit !== last?.circuit || now.model !== last?.model)) seen.push(now);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    seen,
    circuits,
    steps: () => seen.map(({ circuit, model }) => `${circuit} ${model?.split('@')[0]}`),
    async end() {
      over = true;
      await looking;
    },
  };
}

/** Every result says honestly whose it is: the primary's as it said it, the fallback's marked and lowered. */
function expectHonest(result: TradingAnalysisResult, primary: FakeModel, fallback: FakeModel): void {
  const lowered = result.adjustments.reduce(
    (product, { multiplier }) => product * multiplier,
    result.original_confidence,
  );
  expect(result.confidence).toBeCloseTo(lowered, 9);
  const byFallback = result.model === `second@${fallback.host}`;
  if (!byFallback) expect(result.model).toBe(`first@${primary.host}`);
  if (byFallback || result.stage === 'analysis')
    expect(result).toMatchObject({ fallback_used: byFallback, degraded_inference: byFallback });
  expect(result.adjustments.some(({ kind }) => kind === 'fallback_model_used')).toBe(result.fallback_used);
}

it('goes from primary to fallback, open, half-open and closed, each step told, no signal unmarked, no task circuit touched', async () => {
  const [primary, fallback] = [await startFakeModel(), await startFakeModel()];
  const engine = await startModelsEngine(
    { primary: modelAt(primary, 'first'), fallback: modelAt(fallback, 'second'), timeouts_ms: TIMEOUTS },
    ['--feed', `csv:${BARS}`, '--speed', '1800'],
  );
  onTestFinished(() => engine.program.kill());
  const watched = watch(engine);
  const count = async (model: string): Promise<number> =>
    (await engine.results()).filter((result) => result.model?.startsWith(`${model}@`)).length;

  await until('the primary to answer', async () => (await count('first')) >= 3);
  await engine.stands({ circuit: 'closed', reason: null, model: `first@${primary.host}` });

  primary.plays(DOWN);
  await until('the fallback to answer', async () => (await count('second')) >= 3);
  const instead = await engine.stands({ circuit: 'closed', model: `second@${fallback.host}` });
  expect(instead.reason).toMatch(/^first@\S+ (is overloaded \(HTTP 503\)|gave .*); second@\S+ answers instead$/);

  fallback.plays(DOWN);
  const open = await until('both to be left alone', async () => {
    const now = await engine.standing();
    return now?.circuit === 'open' && now;
  });
  expect(open.reason).toMatch(/^first@\S+ (is|gave) .*; second@\S+ (is|gave) /);
  // One that has failed backs off; a new one waits for nothing but the model.
  let fresh = 0;
  await until('tasks to wait for a model', async () => {
    await engine.submit(`NEW${++fresh}/USD`);
    return (await engine.status()).waiting.some(({ reason }) => reason === 'sovereign_open');
  });

  // A probe that meets a busy server takes a while, so it is seen.
  await engine.stands({ circuit: 'half_open' });
  fallback.plays(opinion());
  primary.plays(opinion());
  await engine.stands({ circuit: 'closed', reason: null, model: `first@${primary.host}` });
  const before = await count('first');
  await until('the primary to answer again', async () => (await count('first')) > before);
  // A call that was on its way while both were down may end after the first good one, and be the fallback's.
  await until('it to stay so', () => watched.steps().at(-1)?.startsWith('closed first'));
  await watched.end();

  const steps = watched.steps();
  const places = ['closed first', 'closed second', 'open second', 'half_open'].map((step) =>
    steps.findIndex((one) => one.startsWith(step)),
  );
  expect(places).not.toContain(-1);
  expect(steps.lastIndexOf('closed first')).toBeGreaterThan(Math.max(...places));
  expect(steps.indexOf('closed first')).toBeLessThan(steps.indexOf('closed second'));
  expect(steps.indexOf('closed second')).toBeLessThan(steps.indexOf('open second'));
  expect(watched.circuits).toEqual([]);

  const results = await engine.results();
  expect(results.length).toBeGreaterThanOrEqual(7);
  for (const result of results) expectHonest(result, primary, fallback);
  // Nothing died of it: what could not be answered waits or was answered later.
  expect(await engine.program.get('/api/tasks?state=dead')).toMatchObject({ items: [] });
});

it('stops at the budget, says so, and asks nobody; a second start does not forget', async () => {
  const primary = await startFakeModel();
  const settings = {
    primary: modelAt(primary, 'first'),
    budget: { tokens_per_day: 20_000 },
    timeouts_ms: TIMEOUTS,
    validator: 'rules',
  };
  const engine = await startModelsEngine(settings);
  onTestFinished(() => engine.program.kill());
  primary.plays(opinion({}, { prompt_tokens: 4_000, completion_tokens: 500 }));
  const tasks: string[] = [];
  for (let symbol = 0; symbol < 8; symbol += 1) tasks.push(await engine.submit(`S${symbol}`));
  const open = await engine.stands({ circuit: 'open' });
  expect(open.reason).toMatch(
    /the budget of 20000 tokens in a day has no room for another call \(\d+ tokens are used\): it goes on at \S+, or raise the budget/,
  );
  expect(open.used).toMatchObject({
    usd_day: null,
    says: expect.stringMatching(/^\d+ tokens today of 20000 tokens, \d+ tokens in this hour; the cost is not known: /),
  });
  await until('the rest to wait', async () =>
    (await engine.status()).waiting.some(
      ({ reason, task_type }) => reason === 'sovereign_open' && task_type === 'trading_analysis',
    ),
  );
  const asked = primary.heard.length;
  expect(asked).toBeGreaterThan(1);
  expect(asked * 4_500).toBeLessThanOrEqual(20_000);
  const done = (await engine.results()).filter(({ stage }) => stage === 'analysis');
  expect(done).toHaveLength(asked);
  expect(done[0]?.usage).toEqual({ input_tokens: 4_000, output_tokens: 500 });
  expect((await engine.status()).circuits).toEqual([]);
  await engine.program.stop();

  const again = await startModelsEngine(settings, ['--feed', 'none'], engine.program.data);
  onTestFinished(() => again.program.kill());
  await again.stands({ circuit: 'open' });
  expect(primary.heard).toHaveLength(asked);
});

it('goes on with a free fallback at the cap where the settings say so, marked', async () => {
  // The cap is that of an hour, and begins anew with the next.
  await until('an hour that lasts', () => Date.now() % HOUR_MS < HOUR_MS - 40_000, 60_000);
  const [primary, fallback] = [await startFakeModel(), await startFakeModel()];
  const name = `second@${fallback.host}`;
  const engine = await startModelsEngine({
    primary: modelAt(primary, 'first'),
    fallback: modelAt(fallback, 'second'),
    prices: { [`first@${primary.host}`]: { input: 1, output: 10 }, [name]: { input: 0, output: 0 } },
    budget: { usd_per_hour: 0.06, at_cap: 'fallback' },
    timeouts_ms: TIMEOUTS,
    validator: 'rules',
  });
  onTestFinished(() => engine.program.kill());
  const first = await engine.record(await engine.submit('A'));
  expect(first).toMatchObject({ fallback_used: false, usage: { cost_usd: 0.0019 } });
  for (let symbol = 0; symbol < 12; symbol += 1) await engine.record(await engine.submit(`S${symbol}`));
  const last = await engine.record(await engine.submit('Z'));
  expect(last).toMatchObject({ model: name, degraded_inference: true, usage: { cost_usd: 0 } });
  expect(await engine.standing()).toMatchObject({
    circuit: 'closed',
    model: name,
    reason: expect.stringMatching(/the budget of 0.06 USD in an hour .* answers instead$/),
    used: { says: expect.stringMatching(/ USD today, 0\.\d+ USD in this hour of 0\.06 USD$/) },
  });
});
