import type { AppUpdater } from 'electron-updater';
import type { UpdateState } from '../../core/contract/window.ts';
import { messageOf } from '../../core/kit/errors.ts';

export type UpdateStep = 'check' | 'fetch' | 'restart';

interface UpdatesOptions {
  /** Why this installation does not renew itself; null where it does. */
  elsewhere: string | null;
  /** Loaded at the first step that needs it. */
  updater(): Promise<AppUpdater>;
  /** Ends the work as a quit does, then calls back. */
  leave(then: () => void): void;
  onState(state: UpdateState): void;
}

/** Newer versions, one step at a time and each only when the user asks for it; whatever fails, the old version runs on. */
export class Updates {
  readonly #options: UpdatesOptions;
  #state: UpdateState;
  #updater: Promise<AppUpdater> | null = null;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#state = options.elsewhere === null ? { is: 'idle' } : { is: 'elsewhere', message: options.elsewhere };
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Takes a step that fits where things stand; any other changes nothing. */
  async step(step: UpdateStep): Promise<void> {
    const { is } = this.#state;
    try {
      if (step === 'check' && (is === 'idle' || is === 'newest' || is === 'failed' || is === 'found'))
        await this.#check();
      else if (step === 'fetch' && this.#state.is === 'found') await this.#fetch(this.#state.version);
      else if (step === 'restart' && is === 'fetched') await this.#restart();
    } catch (error) {
      this.#tell({ is: 'failed', message: messageOf(error) });
    }
  }

  async #check(): Promise<void> {
    this.#tell({ is: 'checking' });
    const found = await (await this.#get()).checkForUpdates();
    this.#tell(found?.isUpdateAvailable ? { is: 'found', version: found.updateInfo.version } : { is: 'newest' });
  }

  async #fetch(version: string): Promise<void> {
    this.#tell({ is: 'fetching', version, percent: 0 });
    await (await this.#get()).downloadUpdate();
    this.#tell({ is: 'fetched', version });
  }

  async #restart(): Promise<void> {
    const updater = await this.#get();
    this.#options.leave(() => updater.quitAndInstall(false, true));
  }

  #get(): Promise<AppUpdater> {
    this.#updater ??= this.#options.updater().then((updater) => {
      // Each step hears of its own failure; without a listener the event would be an error of its own.
      updater.on('error', () => {});
      updater.on('download-progress', ({ percent }) => {
        if (this.#state.is === 'fetching') this.#tell({ ...this.#state, percent: Math.floor(percent) });
      });
      return updater;
    });
    return this.#updater;
  }

  #tell(state: UpdateState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
