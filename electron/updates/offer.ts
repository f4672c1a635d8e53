import { join } from 'node:path';
import { app } from 'electron';
import { z } from 'zod';
import type { UpdateStanding, UpdateState } from '../../core/contract/window.ts';
import type { EngineLog } from '../../core/engine/log.ts';
import type { Manifest } from '../files.ts';
import { handleIpc } from '../ipc.ts';
import { Attempt } from './attempt.ts';
import { ownAppImage, whyNotByItself } from './kind.ts';
import { Updates } from './updates.ts';

const stepSchema = z.enum(['check', 'fetch', 'restart']);

interface OfferOptions {
  build: Manifest;
  data: string;
  log: EngineLog;
  leave(then: () => Promise<void>): void;
  tell(standing: UpdateStanding): void;
}

/** Lets the page look for a newer version, fetch it and restart into it, where this installation can. */
export function offerUpdates({ build, data, log, leave, tell }: OfferOptions): void {
  const { version, update: feed, signed } = build;
  const appImage = ownAppImage(process.execPath, process.env);
  const standing = (state: UpdateState): UpdateStanding => ({ version, electron: process.versions.electron, state });
  const updates = new Updates({
    version,
    elsewhere: whyNotByItself({
      platform: process.platform,
      isPackaged: app.isPackaged,
      executable: process.execPath,
      appImage: appImage !== null,
      hasFeed: feed !== null,
      isSigned: signed,
    }),
    updater: async () => {
      if (!feed) throw new Error('There is no feed');
      const { programUpdater } = await import('./program-updater.ts');
      return programUpdater(feed, appImage, log);
    },
    attempt: new Attempt(join(data, 'update.json')),
    leave: (then) =>
      leave(() => {
        app.releaseSingleInstanceLock();
        // The newer version is started with no arguments.
        process.env.AURORA_DATA = data;
        return then();
      }),
    onState: (state) => tell(standing(state)),
  });
  handleIpc('aurora:update', () => standing(updates.state));
  handleIpc('aurora:update-now', (step) => updates.step(stepSchema.parse(step)));
}
