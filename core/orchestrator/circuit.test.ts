import { describe, expect, it } from 'vitest';
import { TaskCircuit } from './circuit.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { Desk, VALIDATOR } from './testing/a-desk.ts';

const aCircuit = () => new TaskCircuit(DEFAULT_LIMITS);

describe('R10 the circuit of a task type', () => {
  it('opens at weight 5 within 60 s, for 30 s, then lets one probe through', () => {
    const circuit = aCircuit();
    for (let n = 0; n < 4; n += 1) expect(circuit.failed('agent_crash', n * 1_000)).toBe(false);
    expect(circuit.admits(4_000)).toBe(true);
    expect(circuit.failed('agent_crash', 4_000)).toBe(true);
    expect(circuit.admits(4_000)).toBe(false);
    expect(circuit.closedFor(4_000)).toBe(30_000);
    expect(circuit.admits(33_999)).toBe(false);
    expect(circuit.admits(34_000)).toBe(true);
    circuit.dispatched('probe');
    expect(circuit.admits(34_000)).toBe(false);
    circuit.succeeded();
    expect(circuit.admits(34_000)).toBe(true);
  });

  it('weighs a network error half, and a slow model or an invalid result nothing', () => {
    const circuit = aCircuit();
    for (let n = 0; n < 500; n += 1) {
      expect(circuit.failed('sovereign_timeout', n)).toBe(false);
      expect(circuit.failed('invalid_result', n)).toBe(false);
    }
    for (let n = 0; n < 9; n += 1) expect(circuit.failed('network_error', 1_000)).toBe(false);
    expect(circuit.failed('network_error', 1_000)).toBe(true);
  });

  it('forgets what is older than 60 s', () => {
    const circuit = aCircuit();
    for (let n = 0; n < 4; n += 1) circuit.failed('agent_crash', 0);
    expect(circuit.failed('agent_crash', 60_000)).toBe(false);
    expect(circuit.admits(60_000)).toBe(true);
  });

  it('opens again at a failed probe, and takes another probe where one came back without an answer', () => {
    const circuit = aCircuit();
    for (let n = 0; n < 5; n += 1) circuit.failed('agent_crash', 0);
    expect(circuit.admits(30_000)).toBe(true);
    circuit.dispatched('first');
    circuit.returned('first');
    expect(circuit.admits(30_000)).toBe(true);
    circuit.dispatched('second');
    circuit.returned('first');
    expect(circuit.admits(30_000)).toBe(false);
    expect(circuit.failed('network_error', 31_000)).toBe(true);
    expect(circuit.closedFor(31_000)).toBe(30_000);
  });
});

describe('R10 an open task circuit', () => {
  /** Five agents crash at analyses within a minute. */
  function opened() {
    const desk = new Desk({ limits: { attempts: 10 } });
    const agent = desk.agent('a');
    const task = desk.submit();
    for (let n = 0; n < 5; n += 1) agent.fail(agent.accept(), 'agent_crash');
    return { desk, agent, task };
  }

  it('refuses new tasks of its type alone, and gives none out', () => {
    const { desk, agent, task } = opened();
    expect(desk.news).toContain('circuit_opened');
    expect(desk.view(task)).toMatchObject({ state: 'queued', reason: 'circuit_open' });
    expect(desk.status().circuits).toEqual([{ name: 'trading_analysis', state: 'open' }]);
    const refused = desk.submit();
    expect(desk.view(refused)).toBeNull();
    expect(agent.got('task_assign')).toHaveLength(5);
    const report = desk.submit({ task_type: 'report', symbol: null, timeframe: null });
    expect(agent.offer?.task_id).toBe(report);
  });

  it('takes follow-ups all the same', () => {
    const desk = new Desk({ limits: { attempts: 10 } });
    const agent = desk.agent('analyst');
    const validator = desk.agent('validator', VALIDATOR);
    const first = desk.submit();
    agent.complete(agent.accept());
    for (let n = 0; n < 5; n += 1) validator.fail(validator.accept(), 'agent_crash');
    expect(desk.view(`${first}:signal`)).toMatchObject({ reason: 'circuit_open' });
    const second = desk.submit({ symbol: 'XLM/BTC' });
    agent.complete(agent.accept(), {
      symbol: 'XLM/BTC',
      timeframe: '5m',
      signal: 'BUY',
      confidence: 0.5,
      risk_score: 0.5,
      reasoning: '',
    });
    expect(desk.state(`${second}:signal`)).toBe('queued');
  });

  it('lets one probe through after 30 s, and closes at its success', () => {
    const { desk, agent, task } = opened();
    const offers = () => agent.got('task_assign').length;
    for (let n = 0; n < 3; n += 1) {
      agent.beat();
      desk.advance(9_000);
    }
    expect(offers()).toBe(5);
    desk.advance(4_000);
    expect(offers()).toBe(6);
    expect(agent.offer?.task_id).toBe(task);
    expect(agent.complete(agent.accept())()).toMatchObject({ status: 'stored' });
    expect(desk.status().circuits).toEqual([]);
  });
});
