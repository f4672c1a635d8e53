import { app } from 'electron';
import { z } from 'zod';
import type { UpdateState } from '../../core/contract/window.ts';
import type { EngineLog } from '../../core/engine/log.ts';
import type { Manifest } from '../files.ts';
import { handleIpc } from '../ipc.ts';
import { whyNotByItself } from './kind.ts';
import { Updates } from './updates.ts';

const stepSchema = z.enum(['check', 'fetch', 'restart']);

interface OfferOptions {
  build: Manifest;
  log: EngineLog;
  leave(then: () => void): void;
  tell(state: UpdateState): void;
}

/** Lets the page look for a newer version, fetch it and restart into it, where this installation can. */
export function offerUpdates({ build, log, leave, tell }: OfferOptions): void {
  const feed = build.update;
  const updates = new Updates({
    elsewhere: whyNotByItself({
      platform: process.platform,
      isPackaged: app.isPackaged,
      appImage: process.env.APPIMAGE !== undefined,
      resources: process.resourcesPath,
      hasFeed: feed !== null,
    }),
    updater: async () => {
      if (!feed) throw new Error('There is no feed');
      const { programUpdater } = await import('./program-updater.ts');
      return programUpdater(feed, log);
    },
    leave: (then) =>
      leave(() => {
        app.releaseSingleInstanceLock();
        then();
      }),
    onState: tell,
  });
  handleIpc('aurora:update', () => updates.state);
  handleIpc('aurora:update-now', (step) => updates.step(stepSchema.parse(step)));
}
