import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import { toSidebarUpdate } from '../../core/signals/sidebar-update.ts';
import { display, open, type Stored } from '../kill/autopsy.ts';
import { aFolder } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { type Program, type Run, run, startProgram, until } from '../support/program.ts';
import { RedisServer } from '../support/redis.ts';
import type { FromAgent, FromViewer, ToAgent, ToViewer, ViewerReport } from './messages.ts';
import { digestOf, stateOf } from './screen-state.ts';

const VIEWER = fileURLToPath(new URL('viewer-process.ts', import.meta.url));
const AGENT = fileURLToPath(new URL('agent-process.ts', import.meta.url));
/** What a gateway prints once it can be reached. */
const SERVING = 'Aurora gateway on';
const SUBMIT_MS = 50;
const DONE_MS = 90_000;
const EQUAL_MS = 30_000;
const SYMBOLS = Array.from({ length: 12 }, (_, place) => `S${place}/USD`);
/** Redis is on the disk once a second, so that one which is killed comes back a little old. */
const SAVED = { save: '1 1' };

export interface FleetSize {
  gateways: number;
  viewers: number;
  agents: number;
  seed: number;
}

export interface FleetReport {
  results: number;
  acked: number;
  rowsShown: number;
  connections: number;
  fullSnapshots: number;
  /** What the copy had to put right, as the last engine counted it. */
  redis: { reconnects: number; refills: number; forged: number };
  /** What of all that was promised does not hold. */
  wrong: string[];
}

/** One engine, a Redis, gateways, agents and viewers, each a process of its own that may be killed. */
export class Fleet {
  readonly redis: RedisServer;
  readonly #size: FleetSize;
  readonly #data: string;
  readonly #enginePort: string;
  readonly #gatewayPorts: readonly string[];
  readonly #gateways: (Run | null)[] = [];
  readonly #agents: (ChildProcess | null)[] = [];
  readonly #viewers: ChildProcess[] = [];
  readonly #acked = new Map<number, { task_id: string; lease: number }>();
  readonly #submitted = new Set<string>();
  readonly #over = new AbortController();
  readonly #wrong: string[] = [];
  #engine: Program | null = null;
  #submitting: Promise<void> = Promise.resolve();

  private constructor(size: FleetSize, redis: RedisServer, ports: readonly string[]) {
    this.#size = size;
    this.redis = redis;
    this.#data = aFolder();
    [this.#enginePort = '', ...this.#gatewayPorts] = ports;
  }

  static async start(size: FleetSize): Promise<Fleet> {
    const redis = await RedisServer.start(aFolder(), SAVED);
    const ports = await Promise.all(Array.from({ length: size.gateways + 1 }, freePort));
    const fleet = new Fleet(size, redis, ports);
    try {
      await fleet.startEngine();
      await Promise.all(fleet.#gatewayPorts.map((_, place) => fleet.startGateway(place)));
      for (let place = 0; place < size.agents; place += 1) await fleet.startAgent(place);
      for (let place = 0; place < size.viewers; place += 1) await fleet.#startViewer(place);
      fleet.#submitting = fleet.#submitOn();
      await fleet.moved(20);
    } catch (error) {
      await fleet.end();
      throw error;
    }
    return fleet;
  }

  /** Resolves once so many more results were acked. */
  async moved(more: number): Promise<void> {
    const from = this.#acked.size;
    await until(`${more} more results`, () => this.#acked.size >= from + more, DONE_MS);
  }

  /** Resolves once all that was acked up to now is in Redis. */
  async copied(): Promise<void> {
    const upTo = Math.max(...this.#acked.keys());
    await until(
      'the copy to come back',
      async () => {
        const { redis } = await (this.#engine as Program).get<{ redis: { connected: boolean; offset: number } }>(
          '/api/status',
        );
        return redis.connected && redis.offset >= upTo;
      },
      DONE_MS,
    );
  }

  async startEngine(): Promise<void> {
    const args = ['--feed', 'none', '--agents', 'none', '--port', this.#enginePort, '--redis', this.redis.url];
    this.#engine = await startProgram(args, this.#data);
  }

  async killEngine(): Promise<void> {
    await this.#engine?.kill();
    await this.startEngine();
  }

  async startGateway(place: number): Promise<void> {
    const port = this.#gatewayPorts[place] as string;
    const tokens = `${this.#data}/tokens.json`;
    const started = run(['gateway', '--redis', this.redis.url, '--token-file', tokens, '--port', port]);
    this.#gateways[place] = started;
    void started.exited.then((code) => {
      if (code) this.#wrong.push(`gateway ${place} ended with ${code}: ${started.output().slice(-300)}`);
    });
  }

  async killGateway(place: number): Promise<void> {
    const { child, exited } = this.#gateways[place] as Run;
    child.kill('SIGKILL');
    await exited;
    await this.startGateway(place);
  }

  async startAgent(place: number): Promise<void> {
    const child = fork(AGENT);
    this.#agents[place] = child;
    const working = new Promise<void>((resolve) => {
      child.on('message', (message: FromAgent) => {
        if (message.is === 'working') resolve();
        else this.#acked.set(message.offset, message);
      });
    });
    const { url, tokens } = this.#engine as Program;
    const seed = this.#size.seed + place;
    child.send({ ask: 'work', url, token: tokens.agent, agentId: `crew-${place}`, seed } satisfies ToAgent);
    await working;
  }

  async killAgent(place: number): Promise<void> {
    const child = this.#agents[place];
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await ended;
    await this.startAgent(place);
  }

  /** Ends whatever runs. */
  async end(): Promise<void> {
    this.#over.abort();
    for (const child of [...this.#viewers, ...this.#agents]) child?.kill('SIGKILL');
    for (const gateway of this.#gateways) gateway?.child.kill('SIGKILL');
    await this.#engine?.kill();
    await this.redis.stop();
  }

  /** Brings all work to its end, compares what everybody has seen with the store, and asks everything to end. */
  async finish(): Promise<FleetReport> {
    this.#over.abort();
    await this.#submitting;
    const engine = this.#engine as Program;
    await until('all work to be done', () => this.#isDone(engine), DONE_MS);
    const { redis } = await engine.get<{ redis: FleetReport['redis'] }>('/api/status');
    const stored = open(this.#data);
    const reports = await Promise.all(this.#viewers.map((viewer) => reportOf(viewer, stateOf(display(stored)))));
    for (const child of [...this.#viewers, ...this.#agents]) child?.disconnect();
    for (const [place, gateway] of this.#gateways.entries()) {
      // One that is only just starting hears no signal yet.
      await until(`gateway ${place} to serve`, () => gateway?.output().includes(SERVING), DONE_MS);
      gateway?.child.kill('SIGTERM');
      if ((await gateway?.exited) !== 0) this.#wrong.push(`gateway ${place} did not end as it was asked to`);
    }
    await engine.stop();
    await this.redis.stop();
    const sum = (of: (report: ViewerReport) => number): number => reports.reduce((all, report) => all + of(report), 0);
    return {
      results: stored.rows.length,
      acked: this.#acked.size,
      rowsShown: sum(({ shown }) => shown.length),
      connections: sum(({ connections }) => connections),
      fullSnapshots: sum(({ fullSnapshots }) => fullSnapshots),
      redis,
      wrong: [...this.#untrue(stored), ...reports.flatMap((report, place) => [...brokenBy(report, place, stored)])],
    };
  }

  async #isDone(engine: Program): Promise<boolean> {
    const status = await engine.get<{ waiting: unknown[]; agents: { tasks: unknown[] }[]; redis: { lag: number } }>(
      '/api/status',
    );
    return (
      status.waiting.length === 0 && status.agents.every(({ tasks }) => tasks.length === 0) && status.redis.lag === 0
    );
  }

  *#untrue({ rows, tasks }: Stored): Generator<string> {
    yield* this.#wrong;
    const byOffset = new Map(rows.map((row) => [row.offset, row]));
    for (const [offset, { task_id }] of this.#acked)
      if (byOffset.get(offset)?.task_id !== task_id) yield `#${offset} of ${task_id} was acked and is not stored`;
    for (const task_id of this.#submitted) if (!tasks.has(task_id)) yield `task ${task_id} was taken and is lost`;
  }

  async #startViewer(place: number): Promise<void> {
    const child = fork(VIEWER);
    this.#viewers.push(child);
    const watching = new Promise((resolve) => child.once('message', resolve));
    const urls = this.#gatewayPorts.map((port) => `http://127.0.0.1:${port}`);
    const { tokens } = this.#engine as Program;
    child.send({ ask: 'watch', urls, token: tokens.viewer, seed: this.#size.seed + 100 + place } satisfies ToViewer);
    await watching;
  }

  async #submitOn(): Promise<void> {
    for (let nth = 0; !this.#over.signal.aborted; nth += 1) {
      await new Promise((resolve) => setTimeout(resolve, SUBMIT_MS));
      const { url, tokens } = this.#engine as Program;
      const response = await fetch(`${url}/api/tasks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
        body: JSON.stringify({ task_type: 'trading_analysis', symbol: SYMBOLS[nth % SYMBOLS.length], timeframe: '5m' }),
      }).catch(() => null);
      if (response?.status !== 201) continue;
      const task = (await response.json().catch(() => null)) as { task_id: string } | null;
      if (task) this.#submitted.add(task.task_id);
    }
  }
}

function reportOf(viewer: ChildProcess, state: string): Promise<ViewerReport> {
  return new Promise((resolve) => {
    viewer.once('message', (message: FromViewer) => {
      if (message.is === 'report') resolve(message.report);
    });
    viewer.send({ ask: 'report', state, ms: EQUAL_MS } satisfies ToViewer);
  });
}

function* brokenBy({ equal, wrong, shown }: ViewerReport, place: number, { rows }: Stored): Generator<string> {
  if (!equal) yield `viewer ${place} did not end in what the store has`;
  for (const sentence of wrong) yield `viewer ${place}: ${sentence}`;
  const stored = new Map(
    rows.map(({ offset, body }) => [offset, digestOf(toSidebarUpdate(JSON.parse(body) as TradingAnalysisResult))]),
  );
  for (const [offset, digest] of shown)
    if (stored.get(offset) !== digest) yield `viewer ${place} was shown #${offset}, which is not stored so`;
}
