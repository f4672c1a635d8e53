import type { UpdateState } from '../../core/contract/window.ts';
import type { Attempt } from './attempt.ts';
import { reasonOf } from './reason.ts';

export type UpdateStep = 'check' | 'fetch' | 'restart';

/** A version that is offered, and what its makers say of it. */
interface Offered {
  version: string;
  notes: string | null;
}

/** What can renew this kind of installation. */
export interface Updater {
  /** The newer version that is there; null for none. */
  check(): Promise<Offered | null>;
  /** Fetches what was found; `onPercent` hears how far it is, 0 to 100. */
  fetch(onPercent: (percent: number) => void): Promise<void>;
  /** Throws why the fetched version could not be put in place. */
  assertInstallable(): void;
  /** Puts the fetched version in place and ends the program; rejects where it could not, with the old one in place. */
  install(): Promise<void>;
}

interface UpdatesOptions {
  /** The version that runs. */
  version: string;
  /** Why this installation does not renew itself; null where it does. */
  elsewhere: string | null;
  /** Loaded at the first step that needs it. */
  updater(): Promise<Updater>;
  attempt: Attempt;
  /** Ends the work as a quit does, then calls back; starts this version again where that fails. */
  leave(then: () => Promise<void>): void;
  onState(state: UpdateState): void;
}

/** Newer versions, one step at a time and each only when the user asks for it; whatever fails, the old version runs on. */
export class Updates {
  readonly #options: UpdatesOptions;
  #state: UpdateState;
  #updater: Promise<Updater> | null = null;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    const { elsewhere, attempt, version } = options;
    const failed = attempt.outcome(version);
    if (elsewhere !== null) this.#state = { is: 'elsewhere', message: elsewhere };
    else this.#state = failed === null ? { is: 'idle' } : { is: 'failed', message: failed };
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
      else if (step === 'restart' && this.#state.is === 'fetched') await this.#restart(this.#state.version);
    } catch (error) {
      this.#tell({ is: 'failed', message: reasonOf(error) });
    }
  }

  async #check(): Promise<void> {
    this.#tell({ is: 'checking' });
    const found = await (await this.#get()).check();
    this.#tell(found ? { is: 'found', ...found } : { is: 'newest' });
  }

  async #fetch(version: string): Promise<void> {
    this.#tell({ is: 'fetching', version, percent: 0 });
    await (await this.#get()).fetch((percent) => {
      if (this.#state.is === 'fetching') this.#tell({ ...this.#state, percent: Math.floor(percent) });
    });
    this.#tell({ is: 'fetched', version });
  }

  async #restart(version: string): Promise<void> {
    const updater = await this.#get();
    const { attempt, leave } = this.#options;
    updater.assertInstallable();
    attempt.begun(version);
    this.#tell({ is: 'restarting', version });
    leave(async () => {
      try {
        await updater.install();
      } catch (error) {
        attempt.failed(version, reasonOf(error));
        throw error;
      }
    });
  }

  #get(): Promise<Updater> {
    this.#updater ??= this.#options.updater();
    return this.#updater;
  }

  #tell(state: UpdateState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
