import { type AppUpdater, autoUpdater } from 'electron-updater';
import type { EngineLog } from '../../core/engine/log.ts';
import { type Feed, SignedFeed } from './signed-feed.ts';

/** The updater of this system's kind of installation, which does nothing by itself and takes only what its feed's owner has signed. */
export function programUpdater(feed: Feed, log: EngineLog): AppUpdater {
  autoUpdater.autoDownload = false;
  // An installation while the system shuts down can leave no program behind.
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.allowDowngrade = false;
  autoUpdater.allowPrerelease = false;
  autoUpdater.disableWebInstaller = true;
  autoUpdater.disableDifferentialDownload = true;
  autoUpdater.logger = {
    info: (message) => log.info({}, `update: ${message}`),
    warn: (message) => log.warn({}, `update: ${message}`),
    error: (message) => log.warn({}, `update: ${message}`),
  };
  autoUpdater.setFeedURL({
    provider: 'custom',
    updateProvider: class extends SignedFeed {
      constructor(_options: unknown, _updater: unknown, runtime: ConstructorParameters<typeof SignedFeed>[1]) {
        super(feed, runtime);
      }
    },
  });
  return autoUpdater;
}
