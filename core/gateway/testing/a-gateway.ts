import type { Status } from '../../contract/sidebar.ts';
import { systemClock } from '../../kit/clock.ts';
import { systemIds } from '../../kit/ids.ts';
import type { Tokens } from '../access.ts';
import { onLoopback, openDoor } from '../door.ts';
import { type GatewayOptions, serveGateway } from '../gateway.ts';
import type { Screen, Tasks } from '../ports.ts';

export const TOKENS: Tokens = {
  agent: 'agent-token',
  viewer: 'viewer-token',
  operator: 'operator-token',
  window: null,
  agents: {},
};

export const aStatus = (given: Partial<Status> = {}): Status => ({
  origin: 'live',
  market_time: null,
  ended: false,
  agents: [],
  waiting: [],
  circuits: [],
  lag: 0,
  not_saved: null,
  alarms: [],
  persisted: { offset: 0, at: null },
  feeds: [],
  version: 'test',
  ...given,
});

/** A gateway on a port of its own that shows what the test gives it; nobody does any work behind it. */
export async function aGateway({
  screen = {},
  ...given
}: Partial<Omit<GatewayOptions, 'screen'>> & { screen?: Partial<Screen> } = {}) {
  const door = await openDoor(onLoopback(0));
  const gateway = serveGateway({
    door,
    tokens: () => TOKENS,
    tasks: { refuses: () => null, connect: () => {}, disconnect: () => {} } as Partial<Tasks> as Tasks,
    screen: {
      feed(_cursor, send) {
        send('snapshot', { store_epoch: 'epoch-1', offset: 0, full: true, updates: [] }, () => {});
        return () => {};
      },
      signals: () => [],
      status: aStatus,
      prices: () => [],
      bars: () => ({ items: [], phases: [], events: [], timeframes: [] }),
      takeBars: async () => 'replay',
      results: () => [],
      late: () => [],
      export: () => [].values(),
      painted: () => {},
      metrics: async () => ({ type: 'text/plain', text: '' }),
      ...screen,
    },
    clock: systemClock(),
    page: '',
    nonce: systemIds.token,
    ...given,
  });
  return {
    url: door.url,
    async close() {
      await gateway.close();
      door.close();
    },
  };
}
