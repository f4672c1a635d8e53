import { requiredCapabilities } from '../../core/contract/task.ts';
import { CapabilityIndex } from '../../core/orchestrator/capability-index.ts';
import type { Subject } from '../rounds.ts';

const TASK_TYPE = 'trading_analysis';
const CAPABILITIES: ReadonlySet<string> = new Set([
  'sovereign_access',
  'trading_analysis',
  'trading_signal',
  'hidden_hand_validation',
]);

/** `CapabilityIndex.takeIdle` alone, and the agent put back. */
export function indexed(agents: number, busy: number): Subject {
  const index = new CapabilityIndex();
  for (let place = busy; place < agents; place += 1) index.addIdle(`agent-${place}`, CAPABILITIES);
  return {
    run(times) {
      for (let turn = 0; turn < times; turn += 1) {
        const agent = index.takeIdle(TASK_TYPE);
        if (agent === null) throw new Error('nobody is idle');
        index.addIdle(agent, CAPABILITIES);
      }
    },
  };
}

/** What is usual: of all agents those that are idle and able, sorted by how long they have been idle. */
export function filteredAndSorted(agents: number, busy: number): Subject {
  const required = requiredCapabilities(TASK_TYPE);
  let clock = agents;
  const all = Array.from({ length: agents }, (_, place) => ({
    id: `agent-${place}`,
    idle: place >= busy,
    idleSince: place,
    capabilities: CAPABILITIES,
  }));
  return {
    run(times) {
      for (let turn = 0; turn < times; turn += 1) {
        const able = all.filter((agent) => agent.idle && required.every((name) => agent.capabilities.has(name)));
        const first = able.sort((a, b) => a.idleSince - b.idleSince)[0];
        if (!first) throw new Error('nobody is idle');
        first.idleSince = ++clock;
      }
    },
  };
}
