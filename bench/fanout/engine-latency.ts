import { performance } from 'node:perf_hooks';
import { io, type Socket } from 'socket.io-client';
import { aFolder } from '../../e2e/support/folders.ts';
import { type Program, startProgram, until } from '../../e2e/support/program.ts';
import { RedisServer } from '../../e2e/support/redis.ts';
import { median } from '../rounds.ts';

const PER_ROUND = 100;
const STATES = ['off', 'on', 'stopped'] as const;
type RedisState = (typeof STATES)[number];
const WARM_UP = 50;

interface Assignment {
  task_id: string;
  lease: number;
  payload: { symbol: string; timeframe: string };
}

/** An engine with one agent and one viewer, which tells how long a result takes to its ack and to the viewer. */
class Probe {
  readonly #program: Program;
  readonly #agent: Socket;
  readonly #viewer: Socket;
  readonly #sentAt = new Map<string, number>();
  #acks: number[] = [];
  #shown: number[] = [];

  private constructor(program: Program) {
    this.#program = program;
    const { url, tokens } = program;
    const hello = { protocol: 1, agent_id: 'probe', instance: 'probe', now: new Date().toISOString() };
    const capabilities = { sovereign_access: true, trading_analysis: true };
    this.#agent = io(`${url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { ...hello, token: tokens.agent, capabilities, max_concurrent: 4 },
    });
    this.#viewer = io(`${url}/sidebar`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: tokens.viewer, protocol: 1 },
    });
    this.#agent.on('task_assign', (task: Assignment, accept: (answer: object) => void) => {
      accept({ accept: true });
      this.#complete(task);
    });
    this.#viewer.on('snapshot', (_snapshot: unknown, ack: (answer: object) => void) => ack({}));
    this.#viewer.on('sidebar_update', (rows: { task_id: string }[], ack: (answer: object) => void) => {
      for (const { task_id } of rows) {
        const sent = this.#sentAt.get(task_id);
        if (sent !== undefined) this.#shown.push(performance.now() - sent);
      }
      ack({});
    });
  }

  static async start(redis: string | null): Promise<Probe> {
    const more = redis === null ? [] : ['--redis', redis];
    const program = await startProgram(['--feed', 'none', '--agents', 'none', ...more]);
    const probe = new Probe(program);
    await probe.round(WARM_UP);
    return probe;
  }

  /** Milliseconds until a result was acked, and until the viewer had it: medians of one result after another. */
  async round(results: number): Promise<{ ack: number; shown: number }> {
    this.#acks = [];
    this.#shown = [];
    for (let nth = 0; nth < results; nth += 1) {
      await this.#submit(nth);
      await until('a result to be shown', () => this.#shown.length > nth && this.#acks.length > nth);
    }
    return { ack: median(this.#acks), shown: median(this.#shown) };
  }

  async end(): Promise<void> {
    this.#agent.disconnect();
    this.#viewer.disconnect();
    await this.#program.stop();
  }

  async #submit(nth: number): Promise<void> {
    const { url, tokens } = this.#program;
    const response = await fetch(`${url}/api/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ task_type: 'trading_analysis', symbol: `S${nth}/USD`, timeframe: '5m' }),
    });
    await response.text();
  }

  #complete({ task_id, lease, payload: { symbol, timeframe } }: Assignment): void {
    const sent = performance.now();
    this.#sentAt.set(task_id, sent);
    const opinion = { symbol, timeframe, signal: 'BUY', confidence: 0.8, risk_score: 0.5, reasoning: 'measured' };
    this.#agent.emit('task_complete', { task_id, lease, result: opinion }, () =>
      this.#acks.push(performance.now() - sent),
    );
  }
}

export type EngineLatency = Record<RedisState, { ack: number; shown: number }>;

/** One engine without Redis, and one with: while it is well, and while it stands still. Rounds take turns. */
export async function engineLatency(rounds: number): Promise<EngineLatency> {
  const redis = await RedisServer.start(aFolder());
  const [without, withRedis] = [await Probe.start(null), await Probe.start(redis.url)];
  const measured: Record<RedisState, { ack: number; shown: number }[]> = { off: [], on: [], stopped: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const state of STATES) {
      if (state === 'stopped') redis.pause();
      measured[state].push(await (state === 'off' ? without : withRedis).round(PER_ROUND));
      redis.resume();
    }
  await without.end();
  await withRedis.end();
  await redis.stop();
  const medians = (state: RedisState) => ({
    ack: median(measured[state].map(({ ack }) => ack)),
    shown: median(measured[state].map(({ shown }) => shown)),
  });
  return { off: medians('off'), on: medians('on'), stopped: medians('stopped') };
}
