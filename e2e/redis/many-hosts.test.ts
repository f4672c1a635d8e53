import { expect, it } from 'vitest';
import { killHosts } from './hosts.ts';
import { harmRedis } from './redis-faults.ts';

it('R7 R9 engine, gateways, agents and Redis killed in turn: what was acked is stored, no screen goes back, all end alike', {
  timeout: 120_000,
}, async () => {
  const { kills, wrong, results, acked, rowsShown, redis } = await killHosts(14, 20_260_107);
  console.log(`${kills} kills, ${results} results, ${acked} acked, ${rowsShown} rows shown`, redis);
  expect(wrong).toEqual([]);
  expect(kills).toBeGreaterThanOrEqual(6);
  expect(acked).toBeGreaterThan(50);
});

it('a Redis that is killed, emptied, stopped and set back changes nothing that is shown', {
  timeout: 120_000,
}, async () => {
  const { wrong, results, redis } = await harmRedis(
    { kills: 3, empties: 3, stops: 1, stopMs: 3_000, setBacks: 2 },
    20_260_108,
  );
  console.log(`${results} results`, redis);
  expect(wrong).toEqual([]);
  // It was not only killed: there was something to put right.
  expect(redis.refills).toBeGreaterThan(0);
  expect(redis.reconnects).toBeGreaterThan(3);
});
