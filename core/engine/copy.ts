import type { Clock } from '../kit/clock.ts';
import type { Store } from '../store/store.ts';
import type { RedisAddress } from '../stream/redis-address.ts';
import type { RedisRelay } from '../stream/redis-relay.ts';
import type { EngineLog } from './log.ts';

interface Copied {
  store: Store;
  /** What gateways are to show beside the results. */
  screen(): object;
  clock: Clock;
}

/** Makes the relay to Redis, once there is something to copy. */
export type MakeRelay = (copied: Copied) => RedisRelay | null;

/** Loads what copies results to Redis, where one was named. */
export async function loadRelay(address: RedisAddress | null, log: EngineLog): Promise<MakeRelay> {
  if (address === null) return () => null;
  for (const secret of address.secrets) log.hide(secret);
  const { RedisLink } = await import('../stream/redis-link.ts');
  const { RedisRelay } = await import('../stream/redis-relay.ts');
  return ({ store, screen, clock }) =>
    new RedisRelay({
      link: new RedisLink(address, 'relay', log),
      storeEpoch: store.storeEpoch,
      outbox: store.reader.outbox,
      onAppended: store.onAppended,
      screen,
      clock,
      log,
    });
}

/** What a screen says of a copy that stands still. */
export function copyAlarm(relay: RedisRelay | null): string[] {
  const state = relay?.state();
  return state?.message
    ? [`Redis at ${state.address}: ${state.message}. Gateways show older signals until it is back; nothing is lost`]
    : [];
}
