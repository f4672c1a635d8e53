import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineTime, systemClock } from './clock.ts';

function hands(wall = 1_000_000) {
  const at = { wall, monotonic: 0 };
  return { at, wall: () => at.wall, monotonic: () => at.monotonic };
}

describe('R5 engine time', () => {
  it('follows the wall clock forward', () => {
    const machine = hands();
    const now = engineTime(machine);
    machine.at.wall += 86_400_000;
    machine.at.monotonic += 5;
    expect(now()).toBe(1_000_000 + 86_400_000);
  });

  it('runs on with the monotonic clock while the wall is behind, and joins it again', () => {
    const machine = hands();
    const now = engineTime(machine);
    machine.at.wall -= 3_600_000;
    machine.at.monotonic += 250;
    expect(now()).toBe(1_000_250);
    machine.at.wall = 1_002_000;
    machine.at.monotonic += 750;
    expect(now()).toBe(1_002_000);
  });

  it('starts no earlier than what is stored', () => {
    expect(engineTime(hands(), 5_000_000)()).toBe(5_000_000);
  });

  it('never goes back, whatever the wall clock does', () => {
    const steps = fc.array(fc.record({ wall: fc.integer({ min: -100_000, max: 100_000 }), monotonic: fc.nat(5_000) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(steps, (moves) => {
        const machine = hands();
        const now = engineTime(machine);
        let last = now();
        for (const move of moves) {
          machine.at.wall += move.wall;
          machine.at.monotonic += move.monotonic;
          const next = now();
          expect(next).toBeGreaterThanOrEqual(last);
          expect(next).toBeGreaterThanOrEqual(machine.at.wall);
          last = next;
        }
      }),
    );
  });
});

it('the system clock runs a timer once, or not at all where it is disposed', async () => {
  const clock = systemClock();
  const ran: string[] = [];
  const dispose = clock.after(1, () => ran.push('disposed'));
  dispose();
  await new Promise<void>((resolve) => {
    const keep = setInterval(() => {}, 1_000);
    clock.after(5, () => {
      ran.push('kept');
      clearInterval(keep);
      resolve();
    });
  });
  expect(ran).toEqual(['kept']);
});
