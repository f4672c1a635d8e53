import type { Status } from '../../core/contract/sidebar.ts';

export interface Sign {
  tone: 'good' | 'busy' | 'bad' | 'quiet';
  label: string;
  reason: string;
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** Agents that are connected, and what each is doing. */
export function agentsSign({ agents }: Status): Sign {
  const connected = agents.filter(({ state }) => state !== 'disconnected');
  const unwell = agents.some(({ state }) => state === 'quarantined' || state === 'disconnected');
  if (connected.length === 0) return { tone: 'bad', label: 'No agents', reason: 'No agent is connected.' };
  return {
    tone: unwell ? 'busy' : 'good',
    label: counted(connected.length, 'agent'),
    reason: agents
      .map(
        ({ agent_id, state, tasks }) =>
          `${agent_id}: ${state}${tasks.length > 0 ? `, ${counted(tasks.length, 'task')}` : ''}`,
      )
      .join('\n'),
  };
}

const isSovereign = ({ name }: { name: string }): boolean => name.toLowerCase().includes('sovereign');

const OPEN = 'Sovereign: open';

/** The model circuits, as the agents report them and as the engine itself sees them: the worst counts. */
export function sovereignSign({ agents, circuits }: Status): Sign {
  const reports = [
    ...agents.flatMap(({ agent_id, state, sovereign }) =>
      sovereign && state !== 'disconnected'
        ? [{ who: agent_id, circuit: sovereign.circuit, reason: sovereign.reason, used: sovereign.used?.says }]
        : [],
    ),
    ...circuits.filter(isSovereign).map(({ name, state }) => ({ who: name, circuit: state, reason: null, used: null })),
  ];
  if (reports.length === 0)
    return { tone: 'quiet', label: 'Sovereign: no word', reason: 'No agent has said how its model answers.' };
  // Agents of one process have the same to say of what their models used.
  const used = new Set(reports.flatMap((one) => one.used ?? []));
  const reason = [
    ...reports.map(
      (one) => `${one.who}: circuit ${one.circuit.replace('_', ' ')}${one.reason ? `, ${one.reason}` : ''}`,
    ),
    ...used,
  ].join('\n');
  if (reports.every(({ circuit }) => circuit === 'closed'))
    // With its circuit closed an agent has a reason to give only where its fallback answers instead of its model.
    return reports.some((one) => one.reason)
      ? { tone: 'busy', label: 'Sovereign: fallback', reason }
      : { tone: 'good', label: 'Sovereign: ok', reason };
  return reports.some(({ circuit }) => circuit === 'open')
    ? {
        tone: 'busy',
        label: OPEN,
        reason: `The circuit to a model is open, so it is not asked for a while.\n${reason}`,
      }
    : { tone: 'busy', label: 'Sovereign: probing', reason };
}

const REASONS: Record<string, string> = {
  no_capable_agent: 'no capable agent',
  all_busy: 'all agents are busy',
  circuit_open: 'the circuit of this task type is open',
  sovereign_open: 'the Sovereign circuit is open',
  paused: 'paused',
  backing_off: 'backing off after a timeout',
};

function whyWaiting({ count, task_type, reason, missing }: Status['waiting'][number]): string {
  const why = missing.length > 0 ? `no agent with ${missing.join(', ')}` : (REASONS[reason] ?? reason);
  return `${count.toLocaleString('en')} × ${task_type}: ${why}`;
}

export function waitingSign({ waiting }: Status): Sign {
  const total = waiting.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { tone: 'quiet', label: '0 waiting', reason: 'No task waits.' };
  return { tone: 'quiet', label: `${total.toLocaleString('en')} waiting`, reason: waiting.map(whyWaiting).join('\n') };
}

/** Of a feed in any other state somebody should know. */
const WELL: ReadonlySet<string> = new Set(['live', 'connecting', 'replaying', 'ended']);

/** What stood out lately in a feed that is well; null where nothing did. */
export function feedSign({ feeds }: Status): Sign | null {
  const odd = feeds.flatMap(({ name, state, message }) => (message && state === 'live' ? [`${name}: ${message}`] : []));
  if (odd.length === 0) return null;
  return { tone: 'busy', label: 'Feed: odd bars', reason: `Bars come in, but stood out lately.\n${odd.join('\n')}` };
}

/** What will not mend by itself, or stops a whole type of task: worth a line of its own. */
export function troubles({ waiting, circuits, feeds }: Status, unreadable: number): string[] {
  const stuck = waiting
    .filter(({ reason, missing }) => reason === 'no_capable_agent' || missing.length > 0)
    .map(whyWaiting);
  const open = circuits
    .filter((circuit) => circuit.state === 'open' && !isSovereign(circuit))
    .map(({ name }) => `${name}: the circuit is open after failures`);
  const foreign = unreadable > 0 ? [`${counted(unreadable, 'message')} could not be read: reload this page`] : [];
  const unwell = feeds.flatMap(({ state, message }) => (message && !WELL.has(state) ? [message] : []));
  return [...stuck, ...open, ...unwell, ...foreign];
}

/** Why no result comes though nothing is missing: as `troubles`, and a model that is not asked. */
export function hindrances(status: Status): string[] {
  const sovereign = sovereignSign(status);
  return [...(sovereign.label === OPEN ? [sovereign.reason] : []), ...troubles(status, 0)];
}
