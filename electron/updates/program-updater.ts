import { type AppUpdater, MacUpdater, NsisUpdater, type UpdateInfo } from 'electron-updater';
import type { EngineLog } from '../../core/engine/log.ts';
import { assertReplaceable } from './app-image.ts';
import { ImageUpdater } from './image-updater.ts';
import { UPDATER_RULES } from './rules.ts';
import { type Feed, SignedFeed } from './signed-feed.ts';
import type { Updater } from './updates.ts';

const NOTES_MAX = 4_000;

/** What the makers say of a version, as one text; null where they say nothing. */
function notesOf({ releaseNotes }: UpdateInfo): string | null {
  const parts = typeof releaseNotes === 'string' ? [releaseNotes] : (releaseNotes ?? []).map(({ note }) => note ?? '');
  return parts.join('\n\n').trim().slice(0, NOTES_MAX) || null;
}

/** Those of a .deb and an .rpm are never made: they would install behind the package manager's back. */
function ofThisSystem(appImage: string | null): AppUpdater {
  if (appImage !== null) return new ImageUpdater(appImage);
  return process.platform === 'win32' ? new NsisUpdater() : new MacUpdater();
}

/** The updater of this system's kind of installation, which takes only what its feed's owner has signed; `appImage` is the program's own file where it is one. */
export function programUpdater(feed: Feed, appImage: string | null, log: EngineLog): Updater {
  const updater = Object.assign(ofThisSystem(appImage), UPDATER_RULES);
  updater.logger = {
    info: (message) => log.info({}, `update: ${message}`),
    warn: (message) => log.warn({}, `update: ${message}`),
    error: (message) => log.warn({}, `update: ${message}`),
  };
  updater.setFeedURL({
    provider: 'custom',
    updateProvider: class extends SignedFeed {
      constructor(_options: unknown, _updater: unknown, runtime: ConstructorParameters<typeof SignedFeed>[1]) {
        super(feed, runtime);
      }
    },
  });
  // Each step hears of its own failure; without a listener the event would be an error of its own.
  updater.on('error', () => {});
  return {
    check: async () => {
      const found = await updater.checkForUpdates();
      if (!found?.isUpdateAvailable) return null;
      return { version: found.updateInfo.version, notes: notesOf(found.updateInfo) };
    },
    fetch: async (onPercent) => {
      const tell = ({ percent }: { percent: number }): void => onPercent(percent);
      updater.on('download-progress', tell);
      try {
        await updater.downloadUpdate();
      } finally {
        updater.off('download-progress', tell);
      }
    },
    assertInstallable: () => {
      if (appImage !== null) assertReplaceable(appImage);
    },
    install: async () => {
      // It tells of what went wrong by the event alone, at once or later; where all went well, it ends the program.
      const failed = new Promise<never>((_resolve, reject) => updater.once('error', reject));
      updater.quitAndInstall(false, true);
      await failed;
    },
  };
}
