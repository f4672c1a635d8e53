import { describe, expect, it } from 'vitest';
import type { Status } from '../../core/contract/sidebar.ts';
import { aStatus } from '../testing/a-status.ts';
import { agentsSign, sovereignSign, troubles, waitingSign } from './health.ts';

const anAgent = (given: Partial<Status['agents'][number]> = {}): Status['agents'][number] => ({
  agent_id: 'analyst-1',
  agent_type: 'trading',
  state: 'idle',
  tasks: [],
  sovereign: null,
  ...given,
});

describe('health', () => {
  it('counts the agents that are there', () => {
    const agents = [anAgent(), anAgent({ agent_id: 'analyst-2', state: 'disconnected' })];
    expect(agentsSign(aStatus({ agents }))).toMatchObject({ tone: 'busy', label: '1 agent' });
    expect(agentsSign(aStatus({ agents: [] }))).toMatchObject({ tone: 'bad', label: 'No agents' });
  });

  it('takes the worst word on the Sovereign', () => {
    const closed = anAgent({ sovereign: { circuit: 'closed' } });
    const open = anAgent({ sovereign: { circuit: 'open', reason: '5 timeouts in a row' } });
    expect(sovereignSign(aStatus()).label).toBe('Sovereign: no word');
    expect(sovereignSign(aStatus({ agents: [closed] })).label).toBe('Sovereign: ok');
    expect(sovereignSign(aStatus({ agents: [closed, open] }))).toMatchObject({
      tone: 'busy',
      label: 'Sovereign: open',
    });
    expect(sovereignSign(aStatus({ agents: [closed, open] })).reason).toContain('5 timeouts in a row');
    const says = '12,000 tokens this hour, of at most 100,000';
    const used = { tokens_hour: 12_000, tokens_day: 12_000, usd_hour: null, usd_day: null, says };
    const spending = anAgent({ sovereign: { circuit: 'closed', used } });
    expect(sovereignSign(aStatus({ agents: [spending, spending] })).reason.split(says)).toHaveLength(2);
  });

  it('says what waits and why, and what will not mend by itself', () => {
    const waiting = [
      { task_type: 'trading_signal', count: 2, reason: 'no_capable_agent', missing: ['hidden_hand_validation'] },
      { task_type: 'trading_analysis', count: 1_200, reason: 'all_busy', missing: [] },
    ];
    const status = aStatus({ waiting, circuits: [{ name: 'trading_analysis', state: 'open' }] });
    expect(waitingSign(status).label).toBe('1,202 waiting');
    expect(waitingSign(status).reason).toContain('1,200 × trading_analysis: all agents are busy');
    expect(troubles(status, 1)).toEqual([
      '2 × trading_signal: no agent with hidden_hand_validation',
      'trading_analysis: the circuit is open after failures',
      '1 message could not be read: reload this page',
    ]);
    expect(troubles(aStatus(), 0)).toEqual([]);
  });

  it('says what is wrong with a feed, and not what merely stood out in one that is well', () => {
    const feed = { name: 'ccxt:binance', symbols: 1, message: 'binance cannot be reached' };
    expect(troubles(aStatus({ feeds: [{ ...feed, state: 'reconnecting' }] }), 0)).toEqual([
      'binance cannot be reached',
    ]);
    expect(troubles(aStatus({ feeds: [{ ...feed, state: 'live' }] }), 0)).toEqual([]);
  });
});
