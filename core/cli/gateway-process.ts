import { CopiedScreen } from '../engine/copied-screen.ts';
import { Doorway } from '../engine/doorway.ts';
import { gatewayMetrics } from '../engine/gateway-metrics.ts';
import { type EngineLog, openConsoleLog } from '../engine/log.ts';
import { tasksElsewhere } from '../engine/tasks-elsewhere.ts';
import type { Tokens } from '../gateway/access.ts';
import type { Binding } from '../gateway/door.ts';
import { serveGateway } from '../gateway/gateway.ts';
import { systemClock } from '../kit/clock.ts';
import { systemIds } from '../kit/ids.ts';
import type { RedisAddress } from '../stream/redis-address.ts';
import { RedisLink } from '../stream/redis-link.ts';
import { FILES } from './places.ts';
import { stayAwake, untilAskedToStop } from './process-life.ts';

export interface GatewaySettings {
  redis: RedisAddress;
  tokens: Tokens;
  binding: Binding;
  viewers: number | undefined;
}

/** Serves one life of the store until it ends or somebody asks to stop. */
async function serveOneLife(
  { redis, tokens, binding, viewers }: GatewaySettings,
  doorway: Doorway,
  log: EngineLog,
  asked: Promise<void>,
  onServing: (url: string) => void,
): Promise<void> {
  const clock = systemClock();
  const door = await doorway.open(binding);
  const link = new RedisLink(redis, 'gateway', log);
  let renew = (): void => {};
  const renewed = new Promise<void>((resolve) => {
    renew = resolve;
  });
  const screen = new CopiedScreen({ link, clock, log, onRenewed: () => renew() });
  try {
    const isCopied = await Promise.race([screen.copied.then(() => true), asked.then(() => false)]);
    if (!isCopied) return;
    const elsewhere = (): string => screen.engine;
    const gateway = serveGateway({
      door,
      tokens: () => tokens,
      tasks: tasksElsewhere(elsewhere),
      elsewhere,
      screen: {
        feed: screen.feed,
        signals: () => screen.signals(),
        status: () => screen.status(),
        prices: () => screen.prices(),
        painted: () => {},
        metrics: gatewayMetrics(screen, link),
        ...notHere,
      },
      clock,
      page: FILES.page,
      nonce: systemIds.token,
      ...(viewers === undefined ? {} : { viewers }),
    });
    onServing(door.url);
    await Promise.race([renewed, asked]);
    doorway.leave(door);
    await gateway.close();
  } finally {
    door.close();
    await screen.close();
  }
}

/** What is asked of the engine alone; HTTP sends those who ask elsewhere before they come here. */
const notHere = {
  bars: () => ({ items: [], phases: [], events: [], timeframes: [] }),
  takeBars: async () => 'replay' as const,
  results: () => [],
  late: () => [],
  export: () => [].values(),
};

/** Runs a gateway until somebody ends it; it keeps nothing, so that any number may stand side by side. */
export async function runGateway(settings: GatewaySettings): Promise<void> {
  const { redis, tokens } = settings;
  const log = openConsoleLog();
  for (const secret of [...redis.secrets, tokens.viewer, tokens.operator, tokens.agent]) log.hide(secret);
  const sleep = stayAwake();
  let isAsked = false;
  const doorway = new Doorway();
  const asked = untilAskedToStop().then(() => {
    isAsked = true;
    // Who closes from here on leaves no door behind.
    doorway.shut();
  });
  const onServing = (url: string): void =>
    void process.stdout.write(`Aurora gateway on ${url}, shows what is in Redis at ${redis.says}\n`);
  while (!isAsked) await serveOneLife(settings, doorway, log, asked, onServing);
  sleep();
  if (process.connected) process.disconnect();
}
