import { expect, it } from 'vitest';
import { aFolder } from '../support/folders.ts';
import { failEach } from './failing-disk.ts';

/** Each nth call in turn takes minutes: `npm run kill -- --disk` does that. */
const STEP = 6;

it('R7 writes and syncs that fail, once or for good: nothing acked is lost, and it goes on by itself', {
  timeout: 480_000,
}, async () => {
  const { faults, wrong } = await failEach(aFolder, STEP);
  console.log(`${faults} faults`);
  expect(faults).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});
