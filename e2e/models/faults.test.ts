import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { GARBAGE } from '../../core/sovereign/testing/garbage.ts';
import { until } from '../support/program.ts';
import { type ModelsEngine, modelAt, startModelsEngine } from './engine.ts';
import { closeFakeModels, type FakeModel, opinion, type Play, startFakeModel } from './fake-model.ts';

const MB = 1_024 * 1_024;
const TIMEOUTS = { primary: 2_000, total: 8_000, idle: 1_000, circuit: 50 };

const FAULTS: readonly [kind: string, play: Play][] = [
  ['429 with a long Retry-After', { is: 'status', status: 429, headers: { 'retry-after': '3' } }],
  ['429 with a short one', { is: 'status', status: 429, headers: { 'retry-after': '0.01' } }],
  ['500', { is: 'status', status: 500 }],
  ['503', { is: 'status', status: 503 }],
  ['401', { is: 'status', status: 401 }],
  ['404', { is: 'status', status: 404 }],
  ['a redirect', { is: 'status', status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
  ['silence', { is: 'silent' }],
  ['a stall in the middle', { is: 'stalls' }],
  ['a cut in the middle', { is: 'breaks' }],
  ['slow, then dead', { is: 'trickles', everyMs: 90 }],
  ['50 MB in one line', { is: 'floods', bytes: 50 * MB, events: false }],
  ['50 MB in many', { is: 'floods', bytes: 50 * MB, events: true }],
  ['no end at all', { is: 'floods', bytes: null, events: true }],
  ['a page', { is: 'raw', type: 'text/html', body: '<html>Log in to the network</html>' }],
  ['a deep envelope', { is: 'raw', type: 'application/json', body: '[{"a":'.repeat(50_000) }],
];

describe('whatever a model does', () => {
  let primary: FakeModel;
  let fallback: FakeModel;
  let engine: ModelsEngine;
  let symbols = 0;
  /** What the primary said of a symbol that it should not have been believed. */
  const bad =
    (content: string) =>
    ({ symbol }: { symbol: string }): Play => ({
      is: 'says',
      // What is about ADA/BTC is made to be about the symbol that was asked about.
      content: content.replaceAll('ADA/BTC', symbol),
    });

  beforeAll(async () => {
    [primary, fallback] = [await startFakeModel(), await startFakeModel()];
    fallback.plays(opinion({ signal: 'SELL', confidence: 0.5 }));
    engine = await startModelsEngine({
      primary: modelAt(primary, 'first'),
      fallback: modelAt(fallback, 'second'),
      timeouts_ms: TIMEOUTS,
      validator: 'rules',
    });
  });
  afterAll(async () => {
    await engine.program.kill();
    await closeFakeModels();
  });

  /** One analysis whose question reaches the primary: after a fault it may be let alone for a moment. */
  const analysed = (): Promise<TradingAnalysisResult> =>
    until('the primary to be asked', async () => {
      const before = primary.heard.length;
      const record = await engine.record(await engine.submit(`S${++symbols}`));
      return primary.heard.length > before && record;
    });

  async function expectFallback(play: Parameters<FakeModel['plays']>[0], why = `first@${primary.host}`): Promise<void> {
    primary.plays(play);
    expect(await analysed()).toMatchObject({
      model: `second@${fallback.host}`,
      signal: 'SELL',
      original_confidence: 0.5,
      confidence: 0.4,
      degraded_inference: true,
      adjustments: [{ kind: 'fallback_model_used', multiplier: 0.8 }],
    });
    expect((await engine.standing())?.reason).toContain(why);
    primary.plays(opinion());
    expect(await analysed()).toMatchObject({ model: `first@${primary.host}`, degraded_inference: false });
  }

  it.each(FAULTS)('the signal is the fallback’s, marked: %s', async (_, play) => {
    await expectFallback(play);
  });

  it('no garbage becomes a signal, of fifty kinds', async () => {
    expect(GARBAGE.length).toBeGreaterThanOrEqual(40);
    for (const [, content] of GARBAGE) await expectFallback(bad(content));
  });

  it('memory stays flat through 50 MB, three times over', async () => {
    const before = engine.memory();
    for (let time = 0; time < 3; time += 1)
      for (const events of [true, false]) {
        await expectFallback({ is: 'floods', bytes: 50 * MB, events }, 'sent more than 1024 KiB');
      }
    expect(engine.memory() - before).toBeLessThan(50 * MB);
  });

  it('no task died, none was counted twice, and no task circuit was touched', async () => {
    expect((await engine.status()).circuits).toEqual([]);
    const tasks = async (state: string) =>
      (await engine.program.get<{ items: unknown[] }>(`/api/tasks?state=${state}`)).items;
    await until('the last signal', async () => [...(await tasks('queued')), ...(await tasks('assigned'))].length === 0);
    expect(await tasks('dead')).toEqual([]);
    const db = new Database(join(engine.program.data, 'live', 'aurora.db'), { readonly: true });
    const failures = db.prepare("SELECT count(*) FROM tasks WHERE failures <> '[]'").pluck().get();
    const results = db.prepare("SELECT count(*) FROM results WHERE task_type = 'trading_analysis'").pluck().get();
    db.close();
    expect(failures).toBe(0);
    expect(results).toBe(symbols);
  });
});

it('where nobody answers at all, tasks wait without losing an attempt, and are answered once somebody does', async () => {
  const primary = await startFakeModel();
  const engine = await startModelsEngine({
    primary: modelAt(primary, 'first'),
    // One call each, and five of these open the circuit.
    timeouts_ms: { ...TIMEOUTS, primary: 3_000, total: 3_000, circuit: 800 },
    validator: 'rules',
  });
  try {
    await primary.shut();
    const tasks = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((symbol) => engine.submit(symbol)));
    const open = await engine.stands({ circuit: 'open' });
    expect(open.reason).toMatch(/cannot be reached at http:\S+: nothing listens there; is the server started\?$/);
    await primary.open();
    for (const id of tasks) {
      const { attempt, failures, state } = await engine.ended(id);
      expect({ attempt, state }).toEqual({ attempt: 0, state: 'completed' });
      for (const { failure_source, failure_reason } of failures)
        expect([failure_source, failure_reason]).toEqual([
          'sovereign_timeout',
          expect.stringContaining('nothing listens there'),
        ]);
    }
    expect((await engine.status()).circuits).toEqual([]);
  } finally {
    await engine.program.kill();
    await closeFakeModels();
  }
});

it('a question that is too long for the server is asked anew with less of the market, and the record says so', async () => {
  const model = await startFakeModel();
  model.plays((question) => {
    if (question.system.length + question.user.length <= 6_000) return opinion()(question);
    const body = JSON.stringify({ error: { code: 'context_length_exceeded', message: 'too long' } });
    return { is: 'status', status: 400, body };
  });
  const engine = await startModelsEngine({ primary: modelAt(model, 'small'), validator: 'rules' });
  try {
    const bars = Array.from({ length: 250 }, (_, bar) => [bar * 300_000, 1.00012345, 1.10012345, 0.90012345, 1, 99]);
    const payload = { bars, market_context: null, context_tier: 'full' };
    const record = await engine.record(await engine.submit('A/USD', payload));
    expect(record).toMatchObject({ signal: 'BUY', context_tier: 'merged', fallback_used: false });
    expect(model.heard.length).toBeGreaterThan(1);
    const asked = model.heard.length;
    await engine.record(await engine.submit('B/USD', payload));
    expect(model.heard).toHaveLength(asked + 1);
    expect(await engine.standing()).toMatchObject({ circuit: 'closed', reason: null });
  } finally {
    await engine.program.kill();
    await closeFakeModels();
  }
});
