import { expect, it } from 'vitest';
import { FAULT_POINTS, killAt, passBy } from './fault-points.ts';

it('kills at the visit that was asked for, once, and at no other point', () => {
  const killed: number[] = [];
  const at = killAt('before_ack:3', () => killed.push(visits));
  let visits = 0;
  for (visits = 1; visits <= 9; visits += 1) {
    for (const point of FAULT_POINTS) at(point);
  }
  expect(killed).toEqual([3]);
});

it('ends the thread alone where that was asked for', () => {
  const ended: string[] = [];
  const at = killAt(
    'after_row:2:thread',
    () => ended.push('process'),
    () => ended.push('thread'),
  );
  for (let visit = 0; visit < 3; visit += 1) at('after_row');
  expect(ended).toEqual(['thread']);
});

it.each([undefined, '', 'nowhere:1', 'constructor:1'])('passes by where %j was asked for', (asked) => {
  expect(killAt(asked, () => expect.fail('killed'))).toBe(passBy);
});
