import { join } from 'node:path';
import { ViewerRounds } from '../bridge/viewer-rounds.ts';
import { PROTOCOL_VERSION } from '../contract/messages.ts';
import type { Origin } from '../contract/result.ts';
import type { Prices, SidebarUpdate, Status } from '../contract/sidebar.ts';
import { submitSchema } from '../contract/task.ts';
import type { Tokens } from '../gateway/access.ts';
import { type Door, onLoopback, openDoor } from '../gateway/door.ts';
import { serveGateway } from '../gateway/gateway.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import { type AtFaultPoint, killAt } from '../kit/fault-points.ts';
import { systemIds } from '../kit/ids.ts';
import { OrchestratorService } from '../orchestrator/service.ts';
import { type Schedule, Scheduler } from '../scheduler/scheduler.ts';
import { toIso } from '../signals/instant.ts';
import { lockFolder } from '../store/folder-lock.ts';
import { openStore, type Store } from '../store/store.ts';
import { startBuiltInAgents } from './built-in-agents.ts';
import { Closers } from './closers.ts';
import { copyAlarm, loadRelay, type MakeRelay } from './copy.ts';
import { diagnosticsText } from './diagnostics.ts';
import type { FeedOption } from './feed-option.ts';
import { EngineMarket, feedsName, originOf } from './market.ts';
import { type MarketData, openMarketData } from './market-data.ts';
import { Metrics } from './metrics.ts';
import { ModelKeys } from './model-keys.ts';
import { ProgramKeys } from './model-keys-program.ts';
import { ModelsDesk } from './models-desk.ts';
import { openOperatorDesk } from './operator-desk.ts';
import type { EngineOptions } from './options.ts';
import { writePrivately } from './private-file.ts';
import { Restarts } from './restarts.ts';
import { SettingsDesk } from './settings-desk.ts';
import { chosenSettings, readKeptSettings } from './settings-file.ts';
import { connectSignals, type Signals } from './signals.ts';
import { TokenStore } from './tokens.ts';

/** The options with what the data folder's settings say of them. */
interface RunningOptions extends EngineOptions {
  feed: FeedOption;
  keepDays: number | null;
  schedule: Schedule;
}

export interface Engine {
  readonly url: string;
  readonly origin: Origin;
  /** Market seconds per wall second of its replay. */
  readonly speed: number;
  /** As they were at its start. */
  readonly tokens: Tokens;
  /** Each settled result after it was stored; the next comes when the listener is done with it. */
  onSignal(listener: (update: SidebarUpdate) => unknown): void;
  onReplayEnd(listener: () => void): void;
  /** Told once where what is stored, or set, is not what it was, so that the engine has to be started again. */
  onRenewed(listener: (why: string) => void): void;
  /** The machine was asleep: every agent gets one fresh grace. */
  resumed(): void;
  close(): Promise<void>;
}

const POSITION_MS = 1_000;
/** So many bars of each series of a live market are read back at a start. */
const STORED_BARS = 2_000;
/** So long a screen shows what has happened to the store. */
const ALARM_SHOWN_MS = 24 * 3_600_000;

/** Builds the engine out of its rooms and starts it; throws an AuroraError with what to do where it cannot. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(said: EngineOptions, closers: Closers): Promise<Engine> {
  const { data, log, ids = systemIds, onPart = () => {} } = said;
  const at = killAt(said.killAt, () => process.kill(process.pid, 'SIGKILL'));
  await onPart('data folder', null);
  const holder = { name: said.name, pid: process.pid, started_at: toIso(systemClock().now()) };
  closers.add(lockFolder(data, holder));
  const tokenStore = new TokenStore({ data, ids, clock: systemClock(), hide: log.hide });
  closers.add(tokenStore.watch(systemClock(), log));
  const window = said.window ? ids.token() : null;
  if (window !== null) log.hide(window);
  const tokens = (): Tokens => ({ ...tokenStore.current, window });
  await onPart('gateway', null);
  const binding = { ...onLoopback(said.port), ...said.binding };
  const door = await (said.doorway?.open(binding) ?? openDoor(binding));
  closers.add(() => {
    said.doorway?.leave(door);
    door.close();
  });
  await onPart('market data', door.url);
  const chosen = chosenSettings(said, readKeptSettings(data));
  const marketData = await openMarketData(chosen.feed, said.speed, said.files.series);
  const { feed, speed, fault } = marketData;
  if (fault !== null) log.warn({ reason: fault }, 'the engine starts without market data');
  const keepDays = chosen.keepDays.value;
  const options: RunningOptions = { ...said, feed, speed, keepDays, schedule: chosen.schedule.value };
  const origin = originOf(feed);
  await onPart('store', door.url);
  const store = await openStore({
    folder: join(data, origin),
    origin,
    writerEntry: options.files.writer,
    upkeep: { entry: options.files.upkeep, keepDays },
    killAt: options.killAt ?? null,
  });
  closers.add(() => store.close());
  const makeRelay = await loadRelay(options.redis ?? null, log);
  const clock = systemClock(store.reader.lastTime());
  const metrics = new Metrics(clock);
  const signals = connectSignals({ store, clock, log, at, onPublished: (result) => metrics.published(result) });
  closers.add(() => signals.close());
  const endListeners = new Set<() => void>();
  const { tasks, market } = startWork(
    options,
    {
      store,
      clock,
      marketData,
      at,
      metrics,
      onEnd: () => {
        for (const listener of endListeners) listener();
      },
    },
    closers,
  );
  await signals.bridge.drained();
  const restarts = new Restarts(clock);
  const vault = await said.openVault?.();
  const keys = new ModelKeys({ data, vault, program: said.programKeys ?? new ProgramKeys(), clock, hide: log.hide });
  closers.add(() => keys.close());
  const models = new ModelsDesk({ data, flags: said.models ?? {}, env: process.env, keys });
  if (said.agents) await keys.open(models.inKeyring());
  const faults = [...(fault === null ? [] : [fault]), ...(said.agents ? models.lost() : [])];
  const settings = new SettingsDesk({ said, models, restart: (why) => restarts.ask(why) });
  serve(
    options,
    { door, faults, settings, tokens, tokenStore, tasks, market, store, signals, clock, at, metrics, makeRelay },
    closers,
  );
  writePrivately(join(data, 'endpoint.json'), { ...holder, url: door.url, protocol: PROTOCOL_VERSION });
  await onPart('agents', door.url);
  const { url } = door;
  if (options.agents)
    closers.add(
      startBuiltInAgents({
        url,
        token: () => tokens().agent,
        data,
        flags: options.models ?? {},
        kept: keys.kept,
        clock,
        ids,
        log,
      }),
    );
  log.info({ url: door.url, origin, store_epoch: store.storeEpoch, offset: signals.list.offset }, 'engine started');
  return {
    url: door.url,
    origin,
    tokens: tokens(),
    onSignal: signals.onSignal,
    onReplayEnd: (listener) => void (market.ended ? listener() : endListeners.add(listener)),
    speed,
    onRenewed(listener) {
      store.onRenewed(listener);
      restarts.onAsked(listener);
      keys.onLate(() => restarts.ask('the keyring has opened a key'));
    },
    resumed: () => tasks.resumed(),
    async close() {
      await closers.close();
      log.info({}, 'engine stopped');
    },
  };
}

interface Ground {
  store: Store;
  clock: Clock;
  at: AtFaultPoint;
  metrics: Metrics;
  marketData: MarketData;
  onEnd: () => void;
}

/** The market and the orchestrator, which need each other: bars make tasks, tasks travel with bars. */
function startWork(options: RunningOptions, ground: Ground, closers: Closers) {
  const { store, clock, marketData, at, metrics, onEnd } = ground;
  const { series, exchange } = marketData;
  const { feed, log, ids = systemIds, limits = {} } = options;
  const origin = originOf(feed);
  const feeds = feedsName(feed);
  let tasks: OrchestratorService | null = null;
  const savePosition = (): void => {
    if (origin === 'replay')
      void store.commit([{ kind: 'market_position', feeds, position: Math.floor(market.time(clock.now())) }]);
  };
  const market = new EngineMarket({
    feed,
    series,
    clock,
    speed: options.speed,
    position: store.reader.marketPosition(feeds),
    exchange,
    stored: origin === 'live' ? store.reader.series(STORED_BARS) : [],
    keep: async ({ symbol, timeframe }, bars) => {
      const [outcome] = await store.commit([{ kind: 'bars', symbol, timeframe, bars }]);
      return outcome?.ok === true;
    },
    log,
    onClose: (closed) => scheduler.closed(closed),
    onEnd: () => {
      savePosition();
      onEnd();
    },
  });
  const scheduler = new Scheduler({
    schedule: options.schedule,
    watched: options.watched ?? null,
    queue: {
      async analyse(symbol, timeframe) {
        const request = submitSchema.parse({ task_type: 'trading_analysis', symbol, timeframe });
        const answer = await tasks?.submit(request, null);
        return answer?.task_id ?? null;
      },
      overtake: (taskId) => tasks?.overtake(taskId),
    },
    // Market time, which a replay runs through faster.
    clock: { every: (ms, run) => clock.every(origin === 'replay' ? ms / options.speed : ms, run) },
    series: () => market.series(),
  });
  tasks = new OrchestratorService({
    clock,
    ids,
    log,
    store,
    market,
    origin,
    marketTime: (now) => market.time(now),
    limits,
    at,
    onNews: (news) => metrics.news(news),
  });
  closers.add(savePosition);
  closers.add(clock.every(POSITION_MS, savePosition));
  closers.add(() => market.close());
  closers.add(() => scheduler.close());
  return { tasks, market };
}

const backupTime = (taken: number | null): string | null => (taken === null ? null : toIso(taken));

interface Rooms {
  door: Door;
  /** What is amiss since the start, a sentence each. */
  faults: readonly string[];
  settings: SettingsDesk;
  tokens: () => Tokens;
  tokenStore: TokenStore;
  tasks: OrchestratorService;
  market: EngineMarket;
  store: Store;
  signals: Signals;
  clock: Clock;
  at: AtFaultPoint;
  metrics: Metrics;
  makeRelay: MakeRelay;
}

function serve(
  options: RunningOptions,
  {
    door,
    faults,
    settings,
    tokens,
    tokenStore,
    tasks,
    market,
    store,
    signals: { list, lag },
    clock,
    at,
    metrics,
    makeRelay,
  }: Rooms,
  closers: Closers,
): void {
  const origin = originOf(options.feed);
  const status = (): Status => ({
    origin,
    market_time: origin === 'live' ? null : toIso(market.time(clock.now())),
    ended: market.ended,
    ...tasks.status(),
    lag: lag(),
    not_saved: store.health().not_saved,
    alarms: [
      ...store.health().warnings,
      ...store.reader.alarms(clock.now() - ALARM_SHOWN_MS),
      ...copyAlarm(relay),
      ...faults,
    ],
    persisted: { offset: list.offset, at: null },
    last_backup: backupTime(store.lastBackup()),
    feeds: market.feeds(),
    redis: relay?.state() ?? null,
    version: options.version,
  });
  const prices = (): Prices => market.prices((symbol) => list.newest(symbol)?.analyzed_at);
  const relay = makeRelay({ store, screen: () => ({ url: door.outside, status: status(), prices: prices() }), clock });
  closers.add(() => relay?.close());
  const rounds = new ViewerRounds({ list, clock, onPushed: (row) => metrics.pushed(row) });
  closers.add(() => rounds.close());
  const gateway = serveGateway({
    door,
    tokens,
    onTokens: (listener) => tokenStore.onChange(listener),
    tasks,
    desk: openOperatorDesk({
      tokens: tokenStore,
      store,
      settings,
      log: options.log,
      diagnostics: () =>
        diagnosticsText(options.data, { status, settings: () => settings.view(), scrub: options.log.scrub }),
    }),
    screen: {
      feed: (handshake, send) =>
        rounds.feed(handshake, (event, payload, acked) => {
          at('before_push');
          send(event, payload, acked);
          at('after_push');
        }),
      signals: () => list.above(0),
      status,
      prices,
      bars: (query) => market.bars(query),
      takeBars: (given) => market.take(given),
      results: (filter) => store.reader.results(filter),
      late: (limit) => store.reader.late(limit),
      export: store.export,
      painted: (painted) => metrics.painted(painted),
      metrics: () => metrics.read({ status, viewers: () => rounds.viewers, offset: () => store.reader.lastOffset() }),
    },
    clock,
    page: options.files.page,
    at,
    nonce: (options.ids ?? systemIds).token,
    ...(options.origins ? { origins: options.origins } : {}),
    ...(options.viewers === undefined ? {} : { viewers: options.viewers }),
  });
  closers.add(() => {
    options.doorway?.leave(door);
    return gateway.close();
  });
  // Agents are told first, while there is a socket to tell them.
  closers.add(() => tasks.close());
}
