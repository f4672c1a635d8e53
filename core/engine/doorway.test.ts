import { expect, it, onTestFinished } from 'vitest';
import { onLoopback } from '../gateway/door.ts';
import { Doorway } from './doorway.ts';
import { thiefOf } from './testing/thief.ts';

it('a door that is left is followed by another at once: nobody else gets the port, and an answer that is under way is sent whole', async () => {
  const doorway = new Doorway();
  const first = await doorway.open(onLoopback(0));
  let finish = (): void => {};
  first.serve((_, response) => {
    response.write('first half');
    finish = () => response.end(', second half');
  });
  const underWay = await fetch(first.url);
  const thief = thiefOf(first.port);
  onTestFinished(thief.stop);
  await expect.poll(() => thief.tries()).toBeGreaterThan(10);
  doorway.leave(first);
  const before = thief.tries();
  await expect.poll(() => thief.tries()).toBeGreaterThan(before + 10);
  expect((await fetch(first.url)).status).toBe(503);
  finish();
  expect(await underWay.text()).toBe('first half, second half');
  first.close();
  const second = await doorway.open(onLoopback(null));
  onTestFinished(() => second.close());
  expect([second.port, thief.hasIt()]).toEqual([first.port, false]);
  second.serve((_, response) => void response.end('second'));
  expect(await (await fetch(second.url)).text()).toBe('second');
});

it('a doorway that is shut leaves its port to others', async () => {
  const doorway = new Doorway();
  const first = await doorway.open(onLoopback(0));
  doorway.leave(first);
  first.close();
  doorway.shut();
  const thief = thiefOf(first.port);
  onTestFinished(thief.stop);
  await expect.poll(() => thief.hasIt()).toBe(true);
});
