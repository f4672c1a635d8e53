import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { TradingAnalysisResult } from '../contract/result.ts';
import type { Painted, SidebarUpdate, Status } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import type { OrchestratorNews } from '../orchestrator/events.ts';
import { parseInstant } from '../signals/instant.ts';
import { KnownNames } from './known-names.ts';

type Stage = 'received' | 'settled' | 'committed' | 'published' | 'pushed' | 'painted';

const BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
/** Of so many results it is remembered when they were received, for what viewers do with them. */
const REMEMBERED = 10_000;
/** So many task types have a label of their own: users make up theirs as they like. */
const TASK_TYPES = 30;
/** And so many models: agents name theirs as they like. */
const MODELS = 30;

const REDIS_FIGURES = [
  ['connected', 'connected', '1, or 0 while results cannot be copied to Redis'],
  ['lag', 'lag_results', 'Results that are stored and not yet copied to Redis'],
  ['reconnects', 'reconnects_total', 'Connections to Redis after the first'],
  ['refills', 'refills_total', 'Times that the copy in Redis was not as it was left'],
  ['forged', 'forged_total', 'Entries that others wrote, taken out of Redis'],
] as const;
type RedisFigure = (typeof REDIS_FIGURES)[number][0];

/** What the gauges show. */
export interface Watched {
  status(): Status;
  viewers(): number;
  /** Offset of the newest result that is stored. */
  offset(): number;
}

let ofTheProcess: Registry | null = null;
/** Event loop, heap, collections: watched once, however many engines this process has had. */
export function processMetrics(): Registry {
  if (ofTheProcess) return ofTheProcess;
  ofTheProcess = new Registry();
  collectDefaultMetrics({ register: ofTheProcess });
  return ofTheProcess;
}

/** Counts and delays for whoever reads GET /metrics; docs/protocol.md says what each is. */
export class Metrics {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #registry = new Registry();
  readonly #process = processMetrics();
  readonly #taskTypes = new KnownNames(TASK_TYPES);
  readonly #models = new KnownNames(MODELS);
  /** By offset, epoch ms. */
  readonly #receivedAt = new Map<number, number>();
  readonly #results = this.#counter('results_total', 'Results published', ['stage']);
  readonly #news = this.#counter('events_total', 'Lines of the log by their event', ['event']);
  readonly #tokens = this.#counter('model_tokens_total', 'Tokens that published results took', ['model', 'kind']);
  readonly #cost = this.#counter('model_cost_usd_total', 'US dollars that they cost, where known', ['model']);
  readonly #delays = new Histogram({
    name: 'aurora_result_seconds',
    help: 'Seconds from the receipt of a result to each stage (received: from its analysis, live only)',
    labelNames: ['stage'],
    buckets: BUCKETS_S,
    registers: [this.#registry],
  });
  readonly #info = this.#gauge('info', '1, with what runs', ['version', 'origin']);
  readonly #agents = this.#gauge('agents', 'Agents by state', ['state']);
  readonly #sovereigns = this.#gauge('agent_model_circuits', "Agents by their model's circuit", ['circuit']);
  readonly #waiting = this.#gauge('tasks_waiting', 'Tasks that wait for an agent', ['task_type', 'reason']);
  readonly #assigned = this.#gauge('tasks_assigned', 'Tasks that an agent has');
  readonly #circuits = this.#gauge('circuits', '1 for each task circuit that is not closed', ['task_type', 'state']);
  readonly #feeds = this.#gauge('feeds', '1 for each feed, with its state', ['feed', 'state']);
  readonly #viewers = this.#gauge('viewers', 'Viewers that are connected');
  readonly #lag = this.#gauge('lag_results', 'Results that are stored and not yet published');
  readonly #offset = this.#gauge('store_offset', 'Offset of the newest result that is stored');
  readonly #saving = this.#gauge('saving', '1, or 0 while nothing can be saved');
  readonly #alarms = this.#gauge('alarms', 'What the store has found wrong with itself');
  /** By the figure of the status that each shows; made for the first that has a Redis. */
  #redis: Map<RedisFigure, Gauge> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** One thing worth a line in the log. */
  news(event: OrchestratorNews): void {
    this.#news.inc({ event });
  }

  published(result: TradingAnalysisResult): void {
    this.#results.inc({ stage: result.stage });
    this.#took(result);
    const received = parseInstant(result.received_at) ?? 0;
    // What was received before this start has waited for the start and not for a stage.
    if (received < this.#startedAt) return;
    this.#remember(result.offset, received);
    if (result.origin === 'live') this.#observe('received', received - (parseInstant(result.analyzed_at) ?? received));
    this.#observe('settled', result.latency_ms.settled ?? 0);
    this.#observe('committed', result.latency_ms.persisted ?? 0);
    this.#observe('published', this.#clock.now() - received);
  }

  /** A row has left for its first viewer. */
  pushed({ offset }: SidebarUpdate): void {
    const received = this.#receivedAt.get(offset);
    if (received !== undefined) this.#observe('pushed', this.#clock.now() - received);
  }

  /** A page says that it shows a row; its clock may be ahead of the engine's. */
  painted({ offset, at }: Painted): void {
    const received = this.#receivedAt.get(offset);
    const painted = Math.min(parseInstant(at) ?? 0, this.#clock.now());
    if (received !== undefined) this.#observe('painted', painted - received);
  }

  /** Prometheus text, and its content type. */
  async read(watched: Watched): Promise<{ type: string; text: string }> {
    this.#look(watched.status());
    this.#viewers.set(watched.viewers());
    this.#offset.set(watched.offset());
    const all = Registry.merge([this.#registry, this.#process]);
    return { type: all.contentType, text: await all.metrics() };
  }

  #took({ usage, model: name }: TradingAnalysisResult): void {
    if (!usage) return;
    const model = this.#models.of(name ?? 'unnamed');
    this.#tokens.inc({ model, kind: 'input' }, usage.input_tokens ?? 0);
    this.#tokens.inc({ model, kind: 'output' }, usage.output_tokens ?? 0);
    if (usage.cost_usd !== undefined) this.#cost.inc({ model }, usage.cost_usd);
  }

  #look(status: Status): void {
    for (const gauge of [this.#agents, this.#sovereigns, this.#waiting, this.#circuits, this.#feeds]) gauge.reset();
    this.#info.set({ version: status.version, origin: status.origin }, 1);
    for (const { state, sovereign } of status.agents) {
      this.#agents.inc({ state });
      if (sovereign) this.#sovereigns.inc({ circuit: sovereign.circuit });
    }
    for (const { task_type, reason, count } of status.waiting)
      this.#waiting.inc({ task_type: this.#taskTypes.of(task_type), reason }, count);
    for (const { name, state } of status.circuits) this.#circuits.inc({ task_type: this.#taskTypes.of(name), state });
    this.#assigned.set(status.agents.reduce((sum, { tasks }) => sum + tasks.length, 0));
    for (const { name, state } of status.feeds) this.#feeds.set({ feed: name, state }, 1);
    this.#lag.set(status.lag);
    this.#saving.set(status.not_saved === null ? 1 : 0);
    this.#alarms.set(status.alarms.length);
    if (status.redis) this.#lookAtRedis(status.redis);
  }

  #lookAtRedis(redis: NonNullable<Status['redis']>): void {
    this.#redis ??= new Map(
      REDIS_FIGURES.map(([figure, name, help]) => [figure, this.#gauge(`redis_${name}`, help)] as const),
    );
    for (const [figure, gauge] of this.#redis) gauge.set(Number(redis[figure]));
  }

  #remember(offset: number, received: number): void {
    this.#receivedAt.set(offset, received);
    const [oldest] = this.#receivedAt.keys();
    if (this.#receivedAt.size > REMEMBERED && oldest !== undefined) this.#receivedAt.delete(oldest);
  }

  #observe(stage: Stage, ms: number): void {
    this.#delays.observe({ stage }, Math.max(0, ms) / 1_000);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `aurora_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `aurora_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
