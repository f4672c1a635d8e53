import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SidebarUpdate, Snapshot } from '../core/contract/sidebar.ts';
import { foreignAgent, submitTask } from './support/foreign-agent.ts';
import { type Program, startProgram, until } from './support/program.ts';

const STAGES = ['received', 'settled', 'committed', 'published', 'pushed', 'painted'];

let program: Program;
beforeAll(async () => {
  program = await startProgram(['--feed', 'none', '--agents', 'none', '--max-viewers', '1']);
});
afterAll(() => program.stop());

const ask = (token?: string): Promise<Response> =>
  fetch(`${program.url}/metrics`, token ? { headers: { authorization: `Bearer ${token}` } } : {});

async function read(): Promise<Map<string, string>> {
  const response = await ask(program.tokens.viewer);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => line.split(/ (?=[^ ]+$)/) as [string, string]));
}

describe('GET /metrics', () => {
  it('is for viewers and operators', async () => {
    const { viewer, operator, agent } = program.tokens;
    const [none, wrong, agents, viewers, operators] = await Promise.all(
      [undefined, 'wrong', agent, viewer, operator].map(ask),
    );
    expect([none?.status, wrong?.status, agents?.status]).toEqual([401, 401, 403]);
    expect([viewers?.status, operators?.status]).toEqual([200, 200]);
    expect(viewers?.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('has the delays of a result from its receipt to the paint, counts and gauges, and no secret', async () => {
    const agent = await foreignAgent(program, {
      trading_analysis: ({ symbol, timeframe }) => ({
        symbol,
        timeframe,
        signal: 'BUY',
        confidence: 0.5,
        risk_score: 0.5,
        reasoning: 'told',
        analyzed_at: new Date().toISOString(),
        model: 'm',
        fallback_used: true,
      }),
    });
    const viewer = io(`${program.url}/sidebar`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: program.tokens.viewer, protocol: 1 },
    });
    const paint = (updates: readonly SidebarUpdate[]): void => {
      for (const { offset } of updates) viewer.emit('painted', { offset, at: new Date().toISOString() });
    };
    viewer.on('snapshot', ({ updates }: Snapshot, ack) => {
      ack({});
      paint(updates);
    });
    viewer.on('sidebar_update', (updates: SidebarUpdate[], ack) => {
      ack({});
      paint(updates);
    });
    await until('the viewer to be in', () => viewer.connected);
    await submitTask(program, { task_type: 'trading_analysis', symbol: 'ADA/BTC', timeframe: '5m' });
    const values = await until('the result to be painted', async () => {
      const now = await read();
      return now.has('aurora_result_seconds_count{stage="painted"}') && now;
    });
    for (const stage of STAGES) expect(values.get(`aurora_result_seconds_count{stage="${stage}"}`), stage).toBe('1');
    for (const [name, value] of [
      ['aurora_results_total{stage="analysis"}', '1'],
      ['aurora_events_total{event="confidence_lowered"}', '1'],
      ['aurora_viewers', '1'],
      ['aurora_store_offset', '1'],
      ['aurora_lag_results', '0'],
      ['aurora_saving', '1'],
      ['aurora_info{version="0.1.0",origin="live"}', '1'],
    ] as const)
      expect(values.get(name), name).toBe(value);
    const all = [...values].flat().join('\n');
    for (const secret of Object.values(program.tokens).filter((one) => typeof one === 'string'))
      expect(all).not.toContain(secret);
    viewer.disconnect();
    agent.close();
  });

  it('is an engine with as many seats as --max-viewers says', async () => {
    const knock = (token: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = io(`${program.url}/sidebar`, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
          auth: { token, protocol: 1 },
        });
        socket.on('connect', () => resolve('in'));
        socket.on('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? ''));
        stops.push(() => socket.disconnect());
      });
    const stops: (() => void)[] = [];
    await until('the seat to be free', async () => (await read()).get('aurora_viewers') === '0');
    expect(await knock(program.tokens.viewer)).toBe('in');
    expect(await knock(program.tokens.viewer)).toBe('too_many_viewers');
    expect(await knock(program.tokens.operator)).toBe('in');
    for (const stop of stops) stop();
  });
});
