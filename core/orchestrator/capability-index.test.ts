import { describe, expect, it } from 'vitest';
import { CapabilityIndex, capabilitiesOf } from './capability-index.ts';

const analyst = capabilitiesOf({ sovereign_access: true, trading_analysis: true });
const validator = capabilitiesOf({ sovereign_access: true, trading_signal: true, hidden_hand_validation: true });
const generic = capabilitiesOf({});

describe('capabilities', () => {
  it('are own and true: present but false is none, and nothing is inherited', () => {
    const inherited = Object.create({ sovereign_access: true }) as Record<string, unknown>;
    inherited.trading_analysis = true;
    expect([...capabilitiesOf(inherited)]).toEqual(['trading_analysis']);
    expect([...capabilitiesOf({ sovereign_access: false, trading_analysis: 1, trading_signal: 'true' })]).toEqual([]);
    expect(capabilitiesOf({}).has('constructor')).toBe(false);
  });
});

describe('CapabilityIndex', () => {
  it('gives a trading task to the agent with sovereign_access although a generic one is idle', () => {
    const index = new CapabilityIndex();
    index.addIdle('generic', generic);
    index.addIdle('analyst', analyst);
    expect(index.takeIdle('trading_analysis')).toBe('analyst');
    expect(index.takeIdle('trading_analysis')).toBeNull();
    expect(index.takeIdle('report')).toBe('generic');
  });

  it('takes the one that has been idle longest, and takes it out of every ring', () => {
    const index = new CapabilityIndex();
    for (const name of ['a', 'b', 'c']) index.addIdle(name, analyst);
    index.addIdle('v', validator);
    expect(index.takeIdle('trading_analysis')).toBe('a');
    expect(index.takeIdle('report')).toBe('b');
    index.addIdle('a', analyst);
    expect(index.takeIdle('trading_analysis')).toBe('c');
    expect(index.takeIdle('trading_analysis')).toBe('a');
    expect(index.takeIdle('trading_analysis')).toBeNull();
    expect(index.takeIdle('trading_signal')).toBe('v');
    expect(index.takeIdle('report')).toBeNull();
  });

  it('files an agent once, however often it is added, and forgets whom it is told to', () => {
    const index = new CapabilityIndex();
    index.addIdle('a', analyst);
    index.addIdle('a', analyst);
    index.addIdle('b', analyst);
    index.remove('b');
    expect(index.takeIdle('trading_analysis')).toBe('a');
    expect(index.takeIdle('trading_analysis')).toBeNull();
  });

  it('treats constructor and __proto__ as types that require nothing', () => {
    const index = new CapabilityIndex();
    index.addIdle('generic', generic);
    expect(index.takeIdle('constructor')).toBe('generic');
    index.addIdle('generic', generic);
    expect(index.takeIdle('__proto__')).toBe('generic');
  });
});
