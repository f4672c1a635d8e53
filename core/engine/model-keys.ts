import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { KeyPlace, KeyPlaces } from '../contract/settings.ts';
import type { Clock } from '../kit/clock.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import { type KeptBy, type KeptKey, keysFolder, serverName } from '../sovereign/model-key.ts';
import type { KeyVault } from './key-vault.ts';
import type { ProgramKeys } from './model-keys-program.ts';
import { writePrivately, writeTextPrivately } from './private-file.ts';

const sealedSchema = z.object({ backend: z.string().regex(/^\w{1,32}$/), sealed: z.base64().min(1).max(16_384) });

const SEALED = '.sealed';
/** A keyring that waits for its user's password does not keep an engine from its start. */
const START_MS = 1_000;
/** So long its user has to unlock it for a key that is to be kept. */
const SEAL_MS = 60_000;
const NO_KEYRING =
  'This system has no keyring that Aurora can use: what it would seal a key with is known to everybody. Say where the key is to be kept.';
const OVER = 'the engine has started again meanwhile, and the key was not taken: give it again';

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
  program: ProgramKeys;
  clock: Pick<Clock, 'after'>;
  /** Told of each key that no line may hold. */
  hide: (secret: string) => void;
}

/** The keys to models' servers that Aurora keeps itself, for one engine: one for each server, in one place. */
export class ModelKeys {
  readonly #to: ModelKeysOptions;
  readonly #folder: string;
  /** What the keyring has opened, or why not, by server. */
  readonly #opened = new Map<string, KeptKey>();
  /** Why the keyring did not take a key. */
  #refused: string | null = null;
  #late = { isThere: false, tell: () => {} };
  #isOver = false;
  #end: () => void = () => {};
  readonly #ended: Promise<null>;

  constructor(options: ModelKeysOptions) {
    this.#to = options;
    this.#folder = resolve(keysFolder(options.data));
    this.#ended = new Promise((resolve) => {
      this.#end = () => resolve(null);
    });
  }

  /** Has the keyring open the keys to these servers; a key that cannot be opened is lost, and nothing else is. */
  async open(servers: readonly URL[]): Promise<void> {
    let isStarted = false;
    const asked = servers.map(async (url) => {
      if ((await this.#openOne(serverName(url))) && isStarted) this.#tellLate();
    });
    await this.#within(START_MS, Promise.all(asked));
    isStarted = true;
  }

  /** Told of each key that was opened only after `open` had to go on without it. */
  onLate(listener: () => void): void {
    this.#late.tell = listener;
    if (this.#late.isThere) listener();
  }

  /** Another engine may take over: nothing is kept or told from now on. */
  close(): void {
    this.#isOver = true;
    this.#end();
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

  /**
   * Keeps the key to a server in one place, and in no other once `record` has said so where engines look for it.
   * Throws UsageError, or what `record` throws: then no other place has changed.
   */
  keep<T>(url: URL, key: string, said: KeyPlace | undefined, record: (mark: KeyMark) => T): Promise<T> {
    const server = serverName(url);
    return this.#inTurn(async () => {
      const place = this.#placeFor(said);
      const had = this.#has(server, place);
      this.#to.hide(key);
      if (place === 'keyring') await this.#seal(server, key);
      else if (place === 'file') writeTextPrivately(this.#file(server), key);
      else this.#to.program.session.set(server, key);
      const recorded = this.#recorded(() => record(this.#markOf(server, place)), had ? null : { server, place });
      for (const other of ['keyring', 'file', 'session'] as const) if (other !== place) this.#drop(server, other);
      return recorded;
    });
  }

  /** Takes the key to a server out of every place, once `record` has said so. Throws what that throws. */
  forget<T>(url: URL, record: (mark: KeyMark) => T): Promise<T> {
    return this.#inTurn(async () => {
      const recorded = record({});
      this.#dropAll(serverName(url));
      return recorded;
    });
  }

  /** Forgets the keys to all servers but these; files that the user named stay. */
  forgetAllBut(chosen: readonly URL[], named: readonly string[]): void {
    const used = new Set(chosen.map(serverName));
    for (const file of named) if (dirname(file) === this.#folder) used.add(basename(file));
    const names = existsSync(this.#folder) ? readdirSync(this.#folder).filter((name) => /^https?-/.test(name)) : [];
    const servers = [...names.map((name) => name.replace(/\.sealed$/, '')), ...this.#to.program.session.keys()];
    for (const server of servers) if (!used.has(server)) this.#dropAll(server);
  }

  /** Where the key to a server is, as models.json says it; empty where there is none. */
  mark(url: URL): KeyMark {
    const server = serverName(url);
    const place = (['session', 'keyring', 'file'] as const).find((one) => this.#has(server, one));
    return place === undefined ? {} : this.#markOf(server, place);
  }

  /** The key to a server that is kept so, or what became of it. */
  kept = (by: KeptBy, url: URL): KeptKey => {
    const server = serverName(url);
    if (by === 'nowhere') return lost('was taken away');
    if (by === 'keyring') return this.#opened.get(server) ?? lost('is not in the data folder any more');
    const key = this.#to.program.session.get(server);
    return key === undefined ? lost('was kept for one session, which is over') : { key };
  };

  /** Whether the key to a server is sealed and nobody has needed it yet. */
  isUnasked(url: URL): boolean {
    const server = serverName(url);
    return this.#has(server, 'keyring') && !this.#opened.has(server);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#to.program.inTurn(async () => {
      if (this.#isOver) throw new UsageError(OVER);
      return work();
    });
  }

  #placeFor(said: KeyPlace | undefined): KeyPlace {
    const { can, usual } = this.places;
    const place = said ?? usual;
    if (place === null)
      throw new UsageError(`say where the key is to be kept: ${can.map((one) => `"keep": "${one}"`).join(' or ')}`);
    if (!can.includes(place)) throw new UsageError('there is no keyring here: keep the key in a file or for a session');
    return place;
  }

  /** What `record` gives; where it throws, what was made for it goes. */
  #recorded<T>(record: () => T, made: { server: string; place: KeyPlace } | null): T {
    try {
      return record();
    } catch (error) {
      if (made) this.#drop(made.server, made.place);
      throw error;
    }
  }

  #markOf(server: string, place: KeyPlace): KeyMark {
    return place === 'file' ? { key_file: join('keys', server) } : { key_kept: place };
  }

  async #seal(server: string, key: string): Promise<void> {
    const vault = this.#to.vault as KeyVault;
    const seal = async (): Promise<string> => {
      const sealed = await vault.seal(key);
      if ((await vault.open(sealed)) !== key) throw new Error('what it sealed came back otherwise');
      return Buffer.from(sealed).toString('base64');
    };
    try {
      const sealed = await this.#within(SEAL_MS, seal());
      if (this.#isOver) throw new UsageError(OVER);
      if (sealed === null) throw new Error('it does not answer');
      writePrivately(this.#file(server) + SEALED, { backend: vault.backend, sealed });
      await this.#to.program.opened(server, sealed, async () => key);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      this.#refused = `The system's keyring did not take a key (${messageOf(error)}). Unlock it, or say where else the key is to be kept.`;
      throw new UsageError(this.#refused, { cause: error });
    }
    this.#opened.set(server, { key });
    this.#refused = null;
  }

  /** Whether there is a key that was opened. */
  async #openOne(server: string): Promise<boolean> {
    const file = this.#file(server) + SEALED;
    if (!existsSync(file)) return false;
    const { vault } = this.#to;
    const read = sealedSchema.safeParse(jsonIn(file));
    const why = (text: string): boolean => {
      this.#opened.set(server, lost(text));
      return false;
    };
    if (!read.success) return why('cannot be read, its file is damaged');
    const { backend, sealed } = read.data;
    if (vault === undefined) return why("is sealed by a keyring, which only Aurora's window opens");
    if (vault === null) return why(`was sealed by a keyring (${backend}), and there is none here now`);
    const waiting = lost(`waits for the keyring (${backend}), which does not answer`);
    this.#opened.set(server, waiting);
    const isAwaited = (): boolean => !this.#isOver && this.#opened.get(server) === waiting;
    try {
      const key = await this.#to.program.opened(server, sealed, () => vault.open(Buffer.from(sealed, 'base64')));
      if (!isAwaited()) return false;
      this.#to.hide(key);
      this.#opened.set(server, { key });
      return true;
    } catch {
      if (!isAwaited()) return false;
      if (vault.backend === backend) return why(`is not opened by the keyring (${backend})`);
      return why(`was sealed by another keyring (${backend}) than there is now (${vault.backend})`);
    }
  }

  #tellLate(): void {
    this.#late.isThere = true;
    this.#late.tell();
  }

  /** Null where it takes too long, or the engine ends meanwhile. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T | null> {
    const late = new Promise<null>((resolve) => {
      const cancel = this.#to.clock.after(ms, () => resolve(null));
      for (const done of [work, this.#ended]) done.then(cancel, cancel);
    });
    return Promise.race([work, late, this.#ended]);
  }

  #has(server: string, place: KeyPlace): boolean {
    if (place === 'session') return this.#to.program.session.has(server);
    return existsSync(place === 'file' ? this.#file(server) : this.#file(server) + SEALED);
  }

  #drop(server: string, place: KeyPlace): void {
    if (place === 'session') this.#to.program.session.delete(server);
    else if (place === 'file') rmSync(this.#file(server), { force: true });
    else {
      rmSync(this.#file(server) + SEALED, { force: true });
      this.#opened.delete(server);
      this.#to.program.forget(server);
    }
  }

  #dropAll(server: string): void {
    for (const place of ['keyring', 'file', 'session'] as const) this.#drop(server, place);
  }

  #file(server: string): string {
    return join(this.#folder, server);
  }
}

const lost = (why: string): KeptKey => ({ key: null, why });

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
