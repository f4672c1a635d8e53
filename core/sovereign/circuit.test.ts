import { describe, expect, it } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { type Pass, SovereignCircuit } from './circuit.ts';

function aCircuit() {
  const clock = new FakeClock();
  const seen: string[] = [];
  const circuit = new SovereignCircuit({ clock, openMs: 30_000, onChange: () => seen.push(circuit.state.is) });
  const pass = (): Pass => circuit.enter() ?? expect.fail('no call may be made');
  const fail = (times: number): void => {
    for (let time = 0; time < times; time += 1) pass().failed('it fails');
  };
  return { clock, circuit, seen, pass, fail };
}

describe('the circuit of a model', () => {
  it('opens after five failures in a row, says why, and lets one call through after 30 s', () => {
    const { clock, circuit, seen, pass, fail } = aCircuit();
    fail(4);
    pass().succeeded();
    fail(4);
    expect(circuit.state).toEqual({ is: 'ready' });
    fail(1);
    expect(circuit.state).toEqual({ is: 'open', reason: 'it fails' });
    expect(circuit.enter()).toBeNull();
    clock.advance(29_999);
    expect(circuit.enter()).toBeNull();
    clock.advance(1);
    expect(circuit.state).toEqual({ is: 'half_open', reason: 'it fails' });
    const probe = pass();
    expect(circuit.enter()).toBeNull();
    probe.succeeded();
    expect(circuit.state).toEqual({ is: 'ready' });
    expect(seen).toEqual(['open', 'half_open', 'ready']);
  });

  it('opens where half of the last twenty failed', () => {
    const { circuit, pass, fail } = aCircuit();
    for (let turn = 0; turn < 9; turn += 1) {
      pass().succeeded();
      fail(1);
    }
    pass().succeeded();
    expect(circuit.state.is).toBe('ready');
    fail(1);
    expect(circuit.state.is).toBe('open');
  });

  it('opens again for as long where the one call fails', () => {
    const { clock, circuit, seen, pass, fail } = aCircuit();
    fail(5);
    clock.advance(30_000);
    pass().failed('still');
    expect(circuit.state).toEqual({ is: 'open', reason: 'still' });
    clock.advance(30_000);
    expect(circuit.state.is).toBe('half_open');
    expect(seen).toEqual(['open', 'half_open', 'open', 'half_open']);
  });

  it('lets another call through where the one came back without a word', () => {
    const { clock, circuit, pass, fail } = aCircuit();
    fail(5);
    clock.advance(30_000);
    pass().returned();
    pass().succeeded();
    expect(circuit.state.is).toBe('ready');
  });

  it('hears nothing of calls that began before it opened', () => {
    const { clock, circuit, pass, fail } = aCircuit();
    const [early, late] = [pass(), pass()];
    fail(5);
    early.succeeded();
    expect(circuit.state.is).toBe('open');
    clock.advance(30_000);
    late.failed('old');
    expect(circuit.state).toEqual({ is: 'half_open', reason: 'it fails' });
  });

  it('opens at once for as long as the server says', () => {
    const { clock, circuit } = aCircuit();
    circuit.trip('asked to wait', 5_000);
    circuit.trip('asked to wait longer', 8_000);
    clock.advance(7_999);
    expect(circuit.state).toEqual({ is: 'open', reason: 'asked to wait longer' });
    clock.advance(1);
    expect(circuit.state.is).toBe('half_open');
  });

  it('stops its timer when it is closed for good', () => {
    const { clock, circuit, seen, fail } = aCircuit();
    fail(5);
    circuit.close();
    clock.advance(60_000);
    expect(seen).toEqual(['open']);
  });
});
