import { expect, test } from 'playwright/test';
import { freePort } from '../support/free-port.ts';
import { reachOf } from '../support/program.ts';
import { aWindowDisk, openWindow } from '../support/window.ts';
import { playDay } from './day.ts';

/** A server or a connection of the engine's process. */
interface Handle {
  localPort?: number;
  destroy?(): void;
  address?(): { port: number } | null;
  close?(): void;
  listen?(port: number, host: string): void;
}

test('a trader’s day in a real window', async () => {
  test.setTimeout(240_000);
  const disk = await aWindowDisk('96m');
  const port = Number(await freePort());
  const { app, page } = await openWindow(
    disk.folder,
    ['--feed', 'none', '--agents', 'none', '--port', String(port)],
    disk,
  );
  await expect(page.getByRole('status')).toHaveText('Live', { timeout: 20_000 });
  const reach = reachOf(disk.seen);
  /** The engine lives in the window's own process, so its door is shut from within. */
  const shut = () =>
    app.evaluate((_electron, at) => {
      const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): Handle[] };
      for (const one of handles()) {
        if (one.localPort === at) one.destroy?.();
        if (one.address?.()?.port === at && one.listen) {
          Object.assign(globalThis, { shut: one });
          one.close?.();
        }
      }
    }, port);
  const open = () =>
    app.evaluate((_electron, at) => void (globalThis as { shut?: Handle }).shut?.listen?.(at, '127.0.0.1'), port);
  await playDay({ page, reach, disk, leave: shut, comeBack: open });
  await app.close();
  disk.close();
});
