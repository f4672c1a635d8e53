import { Gauge, Registry } from 'prom-client';
import type { RedisLink } from '../stream/redis-link.ts';
import type { CopiedScreen } from './copied-screen.ts';
import { processMetrics } from './metrics.ts';

/** What a gateway says of itself; the names are those that an engine has for the same. */
export function gatewayMetrics(screen: CopiedScreen, link: RedisLink): () => Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `aurora_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('viewers', 'Viewers that are connected', () => screen.viewers);
  gauge('lag_results', 'Results that are in Redis and not shown yet', () => screen.lag());
  gauge(
    'engine_silence_seconds',
    'How long nothing has been heard of the engine',
    () => screen.follower.silence() / 1_000,
  );
  gauge('redis_connected', '1, or 0 while Redis is out of reach', () => (link.isReady ? 1 : 0));
  gauge('redis_reconnects_total', 'Connections to Redis after the first', () => link.reconnects);
  gauge('redis_forged_total', 'Entries that the engine has not written', () => screen.follower.forged);
  return async () => {
    const all = Registry.merge([registry, processMetrics()]);
    return { type: all.contentType, text: await all.metrics() };
  };
}
