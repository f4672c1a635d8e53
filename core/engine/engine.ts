import { join } from 'node:path';
import { ANALYST_CAPABILITIES, analyst } from '../agents/analyst.ts';
import { type Agent, startAgent } from '../agents/link.ts';
import { VALIDATOR_CAPABILITIES, validator } from '../agents/validator.ts';
import { AuroraBridge, BRIDGE_GROUP } from '../bridge/aurora-bridge.ts';
import { EventBus } from '../bridge/event-bus.ts';
import { SidebarList } from '../bridge/sidebar-list.ts';
import { feedViewer } from '../bridge/viewer-feed.ts';
import type { CompletedPayload } from '../contract/bus.ts';
import { PROTOCOL_VERSION } from '../contract/messages.ts';
import type { Origin } from '../contract/result.ts';
import type { SidebarUpdate, Status } from '../contract/sidebar.ts';
import { submitSchema } from '../contract/task.ts';
import type { Tokens } from '../gateway/access.ts';
import { startGateway } from '../gateway/gateway.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import { type Ids, systemIds } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { Limits } from '../orchestrator/limits.ts';
import { OrchestratorService } from '../orchestrator/service.ts';
import { analyseOnClose } from '../scheduler/scheduler.ts';
import { toIso } from '../signals/instant.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';
import { builtInRules } from '../sovereign/rules.ts';
import { createSovereign } from '../sovereign/sovereign.ts';
import { openStore } from '../store/store.ts';
import { sqliteStream } from '../stream/sqlite-stream.ts';
import type { FeedOption } from './feed-option.ts';
import { EngineMarket, feedsName, loadSeries, originOf } from './market.ts';
import { writePrivately } from './private-file.ts';
import { loadTokens } from './tokens.ts';

/** What the engine reads of its own; a bundle has them elsewhere. */
export interface EngineFiles {
  /** Folder of the built page. */
  page: string;
  /** Folder of the bundled series. */
  series: string;
  /** Where the store's writer thread starts. */
  writer: URL;
}

export interface EngineOptions {
  /** The data folder; one store per origin lies in it. */
  data: string;
  feed: FeedOption;
  /** Whether the built-in analyst and validator are started. */
  agents: boolean;
  /** Market seconds per wall second of a replay. */
  speed: number;
  /** A port by name, or null for the first free one. */
  port: number | null;
  files: EngineFiles;
  version: string;
  log: Log;
  ids?: Ids;
  limits?: Partial<Limits>;
}

export interface Engine {
  readonly url: string;
  readonly origin: Origin;
  readonly tokens: Tokens;
  /** Each settled result as it is published, after it was stored. */
  onSignal(listener: (update: SidebarUpdate) => void): void;
  onReplayEnd(listener: () => void): void;
  signals(): SidebarUpdate[];
  close(): Promise<void>;
}

const POSITION_MS = 1_000;

/** Builds the engine out of its rooms and starts it; throws an AuroraError with what to do where it cannot. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { data, feed, log, ids = systemIds } = options;
  const origin = originOf(feed);
  const series = await loadSeries(feed, options.files.series);
  const tokens = loadTokens(data, ids);
  const store = await openStore({
    folder: join(data, origin),
    origin,
    writerEntry: options.files.writer,
  });
  const clock = systemClock(store.reader.lastTime());
  const bus = new EventBus();
  const acked = store.reader.ackedOffset(BRIDGE_GROUP);
  const list = new SidebarList(store.storeEpoch, store.reader.newestPerSymbol(acked), acked);
  const bridge = new AuroraBridge({ stream: sqliteStream(store), bus, clock, log });
  const signalListeners = new Set<(update: SidebarUpdate) => void>();
  const endListeners = new Set<() => void>();
  const published = ({ payload }: { payload: CompletedPayload }): void => {
    list.apply(payload.result);
    for (const listener of signalListeners) listener(toSidebarUpdate(payload.result));
  };
  bus.on('analysis-events', published);
  bus.on('signal-events', published);

  let orchestrator: OrchestratorService | null = null;
  const market = new EngineMarket({
    feed,
    series,
    clock,
    speed: options.speed,
    position: store.reader.marketPosition(feedsName(feed)),
    onClose: analyseOnClose({
      isWaiting: (type, symbol) => orchestrator?.isWaiting(type, symbol) ?? true,
      submit: (symbol, timeframe) =>
        void orchestrator?.submit(submitSchema.parse({ task_type: 'trading_analysis', symbol, timeframe }), null),
    }),
    onEnd: () => {
      savePosition();
      for (const listener of endListeners) listener();
    },
  });
  const savePosition = (): void => {
    if (origin === 'replay')
      void store.commit([
        { kind: 'market_position', feeds: feedsName(feed), position: Math.floor(market.time(clock.now())) },
      ]);
  };
  orchestrator = new OrchestratorService({
    clock,
    ids,
    log,
    store,
    market,
    origin,
    marketTime: (now) => market.time(now),
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const tasks = orchestrator;
  await bridge.drained();

  const status = (): Status => ({
    origin,
    market_time: origin === 'live' ? null : toIso(market.time(clock.now())),
    ended: market.ended,
    ...tasks.status(),
    circuits: [],
    lag: store.reader.lastOffset() - list.offset,
    not_saved: null,
    persisted: { offset: list.offset, at: null },
    feeds: market.feeds(),
    version: options.version,
  });
  const gateway = await startGateway({
    port: options.port,
    tokens: () => tokens,
    tasks,
    screen: {
      feed: (handshake, send) => feedViewer(list, handshake, send),
      signals: () => list.above(0),
      status,
      prices: () => market.prices(),
      results: (filter) => store.reader.results(filter),
      late: (limit) => store.reader.late(limit),
    },
    clock,
    page: options.files.page,
  });
  writePrivately(join(data, 'endpoint.json'), {
    url: gateway.url,
    pid: process.pid,
    started_at: toIso(clock.now()),
    protocol: PROTOCOL_VERSION,
  });
  const agents = options.agents ? builtInAgents(gateway.url, tokens.agent, { clock, ids, log }) : [];
  const stopSaving = origin === 'replay' ? clock.every(POSITION_MS, savePosition) : () => {};
  log.info({ url: gateway.url, origin, store_epoch: store.storeEpoch, offset: list.offset }, 'engine started');

  return {
    url: gateway.url,
    origin,
    tokens,
    onSignal: (listener) => void signalListeners.add(listener),
    onReplayEnd: (listener) => void (market.ended ? listener() : endListeners.add(listener)),
    signals: () => list.above(0),
    async close() {
      stopSaving();
      savePosition();
      market.close();
      for (const agent of agents) agent.close();
      tasks.close();
      await gateway.close();
      await bridge.close();
      await store.close();
      log.info({}, 'engine stopped');
    },
  };
}

function builtInAgents(url: string, token: string, kit: { clock: Clock; ids: Ids; log: Log }): Agent[] {
  const sovereign = createSovereign({ ...builtInRules, log: kit.log });
  return [
    startAgent({
      ...kit,
      url,
      token,
      agentId: 'analyst-1',
      agentType: 'trading',
      capabilities: ANALYST_CAPABILITIES,
      work: analyst(sovereign, kit.clock),
    }),
    startAgent({
      ...kit,
      url,
      token,
      agentId: 'validator-1',
      agentType: 'trading',
      capabilities: VALIDATOR_CAPABILITIES,
      work: validator,
    }),
  ];
}
