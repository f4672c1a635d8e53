import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { aGateway, aStatus, TOKENS } from './testing/a-gateway.ts';

it('a store that cannot be read is told as the engine’s fault, to be asked again, and ends nobody’s connection', async () => {
  let isReadable = false;
  const gateway = await aGateway({
    screen: {
      status() {
        if (!isReadable) throw new Error('database disk image is malformed');
        return aStatus({ version: 'read' });
      },
    },
  });
  onTestFinished(() => gateway.close());
  const auth = { token: TOKENS.viewer, protocol: 1 };
  const viewer = io(`${gateway.url}/sidebar`, { transports: ['websocket'], forceNew: true, auth });
  onTestFinished(() => void viewer.disconnect());
  const told: string[] = [];
  viewer.on('status', ({ version }: { version: string }) => void told.push(version));
  await expect.poll(() => viewer.connected).toBe(true);
  const ask = () => fetch(`${gateway.url}/api/status`, { headers: { authorization: `Bearer ${TOKENS.viewer}` } });
  const answer = await ask();
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ ok: false, code: 'not_persisted', retry: true });
  isReadable = true;
  await expect.poll(() => told).toEqual(['read']);
  expect((await ask()).status).toBe(200);
});
