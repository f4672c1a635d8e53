import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyPlace, KeyPlaces } from '../contract/settings.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { KeptBy, KeptKey } from '../sovereign/model-key.ts';
import type { KeyVault, SessionKeys } from './key-vault.ts';
import { writePrivately, writeTextPrivately } from './private-file.ts';

const sealedSchema = z.object({ backend: z.string().regex(/^\w{1,32}$/), sealed: z.base64().min(1).max(16_384) });

const SEALED = '.sealed';
/** A keyring that waits for its user's password must not keep an engine from its start. */
const ANSWER_MS = 10_000;
const NO_KEYRING =
  'This system has no keyring that Aurora can use: what it would seal a key with is known to everybody. Say where the key is to be kept.';

/** What models.json says of a key that is kept here. */
export interface KeyMark {
  key_file?: string;
  key_kept?: KeptBy;
}

export interface ModelKeysOptions {
  /** The data folder. */
  data: string;
  /** Null where there should be a keyring and is none; undefined where this program uses none. */
  vault: KeyVault | null | undefined;
  session: SessionKeys;
  clock: Pick<Clock, 'after'>;
  /** Told of each key that no line may hold. */
  hide: (secret: string) => void;
}

/** The keys to models' servers that Aurora keeps itself: one for each server, in one place. */
export class ModelKeys {
  readonly #to: ModelKeysOptions;
  /** What the keyring has opened, or why not, by server. */
  readonly #opened = new Map<string, KeptKey>();
  /** Why the keyring did not take a key. */
  #refused: string | null = null;

  private constructor(options: ModelKeysOptions) {
    this.#to = options;
  }

  /** Opens what is sealed; a key that cannot be opened is lost, and nothing else is. */
  static async open(options: ModelKeysOptions): Promise<ModelKeys> {
    const keys = new ModelKeys(options);
    const folder = join(options.data, 'keys');
    const sealed = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(SEALED)) : [];
    await Promise.all(sealed.map((name) => keys.#openOne(name.slice(0, -SEALED.length))));
    return keys;
  }

  get places(): KeyPlaces {
    const { vault } = this.#to;
    if (vault === undefined) return { can: ['file', 'session'], usual: 'file', note: null };
    if (vault === null) return { can: ['session', 'file'], usual: null, note: NO_KEYRING };
    return {
      can: ['keyring', 'session', 'file'],
      usual: this.#refused === null ? 'keyring' : null,
      note: this.#refused,
    };
  }

  /** Keeps the key to a server in one place, and in no other from then on. Throws UsageError. */
  async keep(url: URL, key: string, said: KeyPlace | undefined): Promise<void> {
    const server = serverOf(url);
    const { can, usual } = this.places;
    const place = said ?? usual;
    if (place === null)
      throw new UsageError(`say where the key is to be kept: ${can.map((one) => `"keep": "${one}"`).join(' or ')}`);
    if (!can.includes(place)) throw new UsageError('there is no keyring here: keep the key in a file or for a session');
    this.#to.hide(key);
    if (place === 'keyring') await this.#seal(server, key);
    else if (place === 'file') writeTextPrivately(this.#file(server), key);
    else this.#to.session.set(server, key);
    this.#forgetBut(server, place);
  }

  /** Takes the key to a server out of every place. */
  forget(url: URL): void {
    this.#forgetBut(serverOf(url), null);
  }

  /** Where the key to a server is, as models.json says it; empty where there is none. */
  mark(url: URL): KeyMark {
    const server = serverOf(url);
    if (this.#to.session.has(server)) return { key_kept: 'session' };
    if (existsSync(this.#file(server) + SEALED)) return { key_kept: 'keyring' };
    return existsSync(this.#file(server)) ? { key_file: join('keys', server) } : {};
  }

  /** The key to a server that is kept so, or what became of it. */
  kept = (by: KeptBy, url: URL): KeptKey => {
    const server = serverOf(url);
    if (by === 'nowhere') return lost('was taken away');
    if (by === 'keyring') return this.#opened.get(server) ?? lost('is not in the data folder any more');
    const key = this.#to.session.get(server);
    return key === undefined ? lost('was kept for one session, which is over') : { key };
  };

  async #seal(server: string, key: string): Promise<void> {
    const vault = this.#to.vault as KeyVault;
    try {
      const sealed = await vault.seal(key);
      if ((await vault.open(sealed)) !== key) throw new Error('what it sealed came back otherwise');
      const file = { backend: vault.backend, sealed: Buffer.from(sealed).toString('base64') };
      writePrivately(this.#file(server) + SEALED, file);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      this.#refused = `The system's keyring did not take a key (${messageOf(error)}). Unlock it, or say where else the key is to be kept.`;
      throw new UsageError(this.#refused, { cause: error });
    }
    this.#opened.set(server, { key });
    this.#refused = null;
  }

  async #openOne(server: string): Promise<void> {
    const key = await this.#readSealed(this.#file(server) + SEALED);
    if (key.key !== null) this.#to.hide(key.key);
    this.#opened.set(server, key);
  }

  async #readSealed(file: string): Promise<KeptKey> {
    const { vault } = this.#to;
    const read = sealedSchema.safeParse(jsonIn(file));
    if (!read.success) return lost('cannot be read, its file is damaged');
    const { backend, sealed } = read.data;
    if (vault === undefined) return lost("is sealed by a keyring, which only Aurora's window opens");
    if (vault === null) return lost(`was sealed by a keyring (${backend}), and there is none here now`);
    try {
      const bytes = Buffer.from(sealed, 'base64');
      const key = await this.#inTime(vault.open(bytes));
      return key === null ? lost(`waits for the keyring (${backend}), which does not answer`) : { key };
    } catch {
      if (vault.backend === backend) return lost(`is not opened by the keyring (${backend})`);
      return lost(`was sealed by another keyring (${backend}) than there is now (${vault.backend})`);
    }
  }

  /** Null where it takes too long. */
  async #inTime<T>(work: Promise<T>): Promise<T | null> {
    const late = new Promise<null>((resolve) => {
      const cancel = this.#to.clock.after(ANSWER_MS, () => resolve(null));
      work.then(cancel, cancel);
    });
    return Promise.race([work, late]);
  }

  #forgetBut(server: string, place: KeyPlace | null): void {
    if (place !== 'session') this.#to.session.delete(server);
    if (place !== 'file') rmSync(this.#file(server), { force: true });
    if (place === 'keyring') return;
    rmSync(this.#file(server) + SEALED, { force: true });
    this.#opened.delete(server);
  }

  #file(server: string): string {
    return join(this.#to.data, 'keys', server);
  }
}

const lost = (why: string): KeptKey => ({ key: null, why });

/** A server as a file's name. */
const serverOf = ({ protocol, host }: URL): string => `${protocol.slice(0, -1)}-${host}`.replace(/[^\w.-]/g, '_');

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
