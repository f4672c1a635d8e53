import { expect, it } from 'vitest';
import { anUpdate } from '../testing/an-update.ts';
import { calmFlashes } from './calm.ts';

it('rows flash while few of them change, for a moment, and not at all in a flood', () => {
  let now = 1_000;
  const calm = calmFlashes(() => now);
  const [first, second] = [anUpdate(), anUpdate({ offset: 2 })];
  expect(calm.flashes(first)).toBe(false);
  calm.arrived([first]);
  expect(calm.flashes(first)).toBe(true);
  now += 1_300;
  expect(calm.flashes(first)).toBe(false);

  const flood = Array.from({ length: 40 }, (_, at) => anUpdate({ offset: at + 3 }));
  calm.arrived(flood);
  expect(flood.some((update) => calm.flashes(update))).toBe(false);
  now += 1_000;
  calm.arrived([second]);
  expect(calm.flashes(second)).toBe(false);
  now += 2_000;
  calm.arrived([second]);
  expect(calm.flashes(second)).toBe(true);
});
