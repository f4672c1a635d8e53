import { describe, expect, it } from 'vitest';
import type { Status } from '../../core/contract/sidebar.ts';
import { aStatus } from '../testing/a-status.ts';
import { agentsSign, feedSign, sovereignSign, troubles, waitingSign } from './health.ts';

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

  it('says that the fallback answers, though every circuit is closed', () => {
    const why = 'first@127.0.0.1 refused the key; second@127.0.0.1 answers instead';
    const instead = anAgent({ sovereign: { circuit: 'closed', reason: why } });
    const well = anAgent({ agent_id: 'validator-1', sovereign: { circuit: 'closed', reason: null } });
    expect(sovereignSign(aStatus({ agents: [well, instead] }))).toEqual({
      tone: 'busy',
      label: 'Sovereign: fallback',
      reason: `validator-1: circuit closed\nanalyst-1: circuit closed, ${why}`,
    });
    const probing = anAgent({ agent_id: 'analyst-2', sovereign: { circuit: 'half_open', reason: 'was slow' } });
    expect(sovereignSign(aStatus({ agents: [instead, probing] })).label).toBe('Sovereign: probing');
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

  it('says what is wrong with a feed as a trouble, and quietly what stood out in one that is well', () => {
    const feed = { name: 'ccxt:binance', symbols: 1, message: 'binance cannot be reached' };
    const away = aStatus({ feeds: [{ ...feed, state: 'reconnecting' }] });
    expect(troubles(away, 0)).toEqual(['binance cannot be reached']);
    expect(feedSign(away)).toBeNull();
    const message = 'BTC/USDT 5m: missing (bars that the feed does not have)';
    const odd = aStatus({ feeds: [{ ...feed, state: 'live', message }] });
    expect(troubles(odd, 0)).toEqual([]);
    expect(feedSign(odd)).toMatchObject({ tone: 'busy', label: 'Feed: odd bars' });
    expect(feedSign(odd)?.reason).toContain(`ccxt:binance: ${message}`);
    expect(feedSign(aStatus({ feeds: [{ ...feed, state: 'live', message: null }] }))).toBeNull();
    expect(feedSign(aStatus({ feeds: [{ ...feed, state: 'connecting', message: 'Asking binance' }] }))).toBeNull();
  });
});
