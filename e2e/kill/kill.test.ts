import { expect, it } from 'vitest';
import { FAULT_POINTS } from '../../core/kit/fault-points.ts';
import { sweep, UNTOLD } from './sweep.ts';

const EACH = 3;

it(`R7 ${FAULT_POINTS.length * EACH} kills at every point of a result's way: nothing acked is lost, nothing shown was not stored`, {
  timeout: 480_000,
}, async () => {
  const { kills, results, untold } = await sweep({ each: EACH, seed: 20_260_105, lanes: 2 });
  console.log(`${kills} kills, ${results} results stored in between`);
  expect(kills).toBe(FAULT_POINTS.length * EACH);
  expect(UNTOLD.filter((point) => !untold.has(point))).toEqual([]);
});
