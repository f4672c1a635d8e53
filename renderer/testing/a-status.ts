import type { Status } from '../../core/contract/sidebar.ts';

/** An engine's status for tests: live, well, with one idle agent. */
export function aStatus(given: Partial<Status> = {}): Status {
  return {
    origin: 'live',
    market_time: null,
    ended: false,
    agents: [{ agent_id: 'analyst-1', agent_type: 'trading', state: 'idle', tasks: [], sovereign: null }],
    waiting: [],
    circuits: [],
    lag: 0,
    not_saved: null,
    alarms: [],
    persisted: { offset: 1, at: null },
    feeds: [],
    version: '0.1.0',
    ...given,
  };
}
