import { expect, it, onTestFinished } from 'vitest';
import { openDoor } from './door.ts';

it('a door that is only just open says so: to programs in JSON, to a browser in a sentence, which then asks again by itself', async () => {
  const door = await openDoor({ host: '127.0.0.1', port: null, tls: null });
  onTestFinished(() => door.close());
  const asked = (accept: string) => fetch(door.url, { headers: { accept } });
  const program = await asked('application/json');
  expect([program.status, program.headers.get('retry-after'), program.headers.get('refresh')]).toEqual([
    503,
    '1',
    null,
  ]);
  expect(await program.json()).toMatchObject({ ok: false, code: 'starting', retry: true });
  const browser = await asked('text/html,*/*;q=0.8');
  expect([browser.status, browser.headers.get('refresh')]).toEqual([503, '1']);
  expect(await browser.text()).toMatch(/Aurora is starting/);
});
