import { describe, expect, it } from 'vitest';
import { aRecord } from '../bridge/testing/a-record.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import { aStatus } from '../gateway/testing/a-gateway.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { toIso } from '../signals/instant.ts';
import { Metrics } from './metrics.ts';

function aMeter() {
  const clock = new FakeClock();
  const metrics = new Metrics(clock);
  const shown = { status: aStatus(), viewers: 0, offset: 0 };
  /** Value by metric with its labels, as a scraper reads it. */
  const read = async (): Promise<Map<string, number>> => {
    const { type, text } = await metrics.read({
      status: () => shown.status,
      viewers: () => shown.viewers,
      offset: () => shown.offset,
    });
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };
  /** A live result that was received now. */
  const result = (offset: number) =>
    aRecord(offset, {
      received_at: toIso(clock.now()),
      analyzed_at: toIso(clock.now() - 400),
      latency_ms: { settled: 3, persisted: 9 },
    });
  const seconds = async (stage: string) => {
    const values = await read();
    return [
      values.get(`aurora_result_seconds_count{stage="${stage}"}`),
      values.get(`aurora_result_seconds_sum{stage="${stage}"}`),
    ];
  };
  return { clock, metrics, shown, read, result, seconds };
}

describe('Metrics', () => {
  it('times each stage of a result from its receipt', async () => {
    const { clock, metrics, result, seconds } = aMeter();
    const one = result(1);
    clock.advance(20);
    metrics.published(one);
    clock.advance(10);
    metrics.pushed({ offset: 1 } as SidebarUpdate);
    clock.advance(70);
    metrics.painted({ offset: 1, at: toIso(clock.now() - 40) });
    expect(await seconds('received')).toEqual([1, 0.4]);
    expect(await seconds('settled')).toEqual([1, 0.003]);
    expect(await seconds('committed')).toEqual([1, 0.009]);
    expect(await seconds('published')).toEqual([1, 0.02]);
    expect(await seconds('pushed')).toEqual([1, 0.03]);
    expect(await seconds('painted')).toEqual([1, 0.06]);
  });

  it('believes no clock that is ahead, and times nothing that it does not know', async () => {
    const { clock, metrics, result, seconds } = aMeter();
    metrics.published(result(1));
    clock.advance(50);
    metrics.painted({ offset: 1, at: toIso(clock.now() + 3_600_000) });
    metrics.painted({ offset: 1, at: toIso(clock.now() - 3_600_000) });
    metrics.painted({ offset: 2, at: toIso(clock.now()) });
    metrics.pushed({ offset: 2 } as SidebarUpdate);
    expect(await seconds('painted')).toEqual([2, 0.05]);
    expect(await seconds('pushed')).toEqual([undefined, undefined]);
  });

  it('counts what was received before its start, and does not time it', async () => {
    const { clock, metrics, read } = aMeter();
    metrics.published(aRecord(1, { received_at: toIso(clock.now() - 1) }));
    const values = await read();
    expect(values.get('aurora_results_total{stage="analysis"}')).toBe(1);
    expect(values.get('aurora_result_seconds_count{stage="published"}')).toBeUndefined();
  });

  it('remembers of so many results when they were received, and not of more', async () => {
    const { clock, metrics, result, seconds } = aMeter();
    for (let offset = 1; offset <= 10_001; offset += 1) metrics.published(result(offset));
    for (const offset of [1, 2]) metrics.painted({ offset, at: toIso(clock.now()) });
    expect((await seconds('painted'))[0]).toBe(1);
  });

  it('shows the status as it is when it is read, with bounded labels', async () => {
    const { metrics, shown, read } = aMeter();
    metrics.news('late_result');
    metrics.news('late_result');
    const agent = { agent_type: 'trading', tasks: ['t1', 't2'] };
    shown.viewers = 3;
    shown.offset = 812;
    shown.status = aStatus({
      lag: 5,
      not_saved: 'disk full',
      alarms: ['one', 'two'],
      agents: [
        { ...agent, agent_id: 'a', state: 'busy', sovereign: { circuit: 'open', reason: 'a secret' } },
        { ...agent, agent_id: 'b', state: 'busy', sovereign: null },
      ],
      waiting: Array.from({ length: 50 }, (_, n) => ({
        task_type: `own-${n}`,
        count: 2,
        reason: 'all_busy',
        missing: [],
      })),
      circuits: [{ name: 'own-3', state: 'open' }],
    });
    const values = await read();
    expect(Object.fromEntries([...values].filter(([name]) => /^aurora_(?!result|tasks_waiting)/.test(name)))).toEqual({
      'aurora_events_total{event="late_result"}': 2,
      'aurora_info{version="test",origin="live"}': 1,
      'aurora_agents{state="busy"}': 2,
      'aurora_agent_model_circuits{circuit="open"}': 1,
      aurora_tasks_assigned: 4,
      'aurora_circuits{task_type="own-3",state="open"}': 1,
      aurora_viewers: 3,
      aurora_lag_results: 5,
      aurora_store_offset: 812,
      aurora_saving: 0,
      aurora_alarms: 2,
    });
    const waiting = [...values].filter(([name]) => name.startsWith('aurora_tasks_waiting'));
    expect(waiting).toHaveLength(31);
    expect(new Map(waiting).get('aurora_tasks_waiting{task_type="other",reason="all_busy"}')).toBe(40);
    expect([...values.keys()].join()).not.toContain('secret');
    shown.status = aStatus();
    const later = await read();
    expect([...later.keys()].filter((name) => /^aurora_(agents|tasks_waiting|circuits)/.test(name))).toEqual([]);
  });

  it('shows how the copy in Redis stands, where there is one', async () => {
    const { shown, read } = aMeter();
    shown.status = aStatus({
      redis: {
        address: 'r:1',
        connected: true,
        offset: 9,
        lag: 4,
        reconnects: 3,
        refills: 2,
        forged: 1,
        message: null,
      },
    });
    const values = await read();
    const of = (name: string) => values.get(`aurora_redis_${name}`);
    expect(['connected', 'lag_results', 'reconnects_total', 'refills_total', 'forged_total'].map(of)).toEqual([
      1, 4, 3, 2, 1,
    ]);
  });

  it('counts what results took, by model, and money where it is known', async () => {
    const { metrics, result, read } = aMeter();
    const took = (model: string | null, usage: object | null) => metrics.published({ ...result(1), model, usage });
    took('m1', { input_tokens: 900, output_tokens: 100, cost_usd: 0.25 });
    took('m1', { input_tokens: 1, cost_usd: 0.5 });
    took(null, { output_tokens: 7 });
    took('rules', null);
    const values = await read();
    expect(Object.fromEntries([...values].filter(([name]) => /^aurora_model/.test(name)))).toEqual({
      'aurora_model_tokens_total{model="m1",kind="input"}': 901,
      'aurora_model_tokens_total{model="m1",kind="output"}': 100,
      'aurora_model_tokens_total{model="unnamed",kind="input"}': 0,
      'aurora_model_tokens_total{model="unnamed",kind="output"}': 7,
      'aurora_model_cost_usd_total{model="m1"}': 0.75,
    });
    for (let name = 0; name < 50; name += 1) took(`own-${name}`, { input_tokens: 1 });
    expect([...(await read()).keys()].filter((name) => /^aurora_model_tokens/.test(name))).toHaveLength(62);
  });

  it('has the event loop and the heap of this process beside it, however many there are', async () => {
    const values = await aMeter().read();
    const again = await aMeter().read();
    for (const each of [values, again])
      for (const name of [
        'nodejs_eventloop_lag_p99_seconds',
        'nodejs_heap_size_used_bytes',
        'process_cpu_seconds_total',
      ])
        expect(each.get(name), name).toBeTypeOf('number');
  });
});
