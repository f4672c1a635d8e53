import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Fact, Outcome } from '../contract/facts.ts';
import type { Origin } from '../contract/result.ts';
import { AuroraError, messageOf } from '../kit/errors.ts';
import type { AtFaultPoint } from '../kit/fault-points.ts';
import { makeFolder } from '../kit/make-folder.ts';
import { AnchorFile, anchorOf } from './anchor.ts';
import { backUpBeforeMigration, newestBackup } from './backup.ts';
import { stampOf } from './dated-name.ts';
import { failureOf } from './failure.ts';
import { openWritable, StoreError, type WritableDb } from './open.ts';
import { copyWhole } from './part-file.ts';
import { makeSound } from './soundness.ts';
import { standingOf } from './standing.ts';
import { epochOf, tailOf, Writer } from './writer.ts';

export interface SessionOptions {
  file: string;
  origin: Origin;
  /** Epoch ms. */
  now: () => number;
  newId: () => string;
  at: AtFaultPoint;
}

const WAL_SMALL_BYTES = 1024 * 1024;

/** The database, its writer and its anchor, from one opening of the file to the next. */
export class Session {
  readonly writer: Writer;
  readonly #db: WritableDb;
  readonly #anchor: AnchorFile;
  readonly #options: SessionOptions;
  readonly #inode: bigint;
  #anchorTrouble: string | null = null;

  /** Throws a StoreError where the file cannot be used as it is. */
  constructor(options: SessionOptions) {
    this.#options = options;
    const { file, at, origin, now, newId } = options;
    const opened = openOrSetAside(options);
    this.#db = opened.db;
    try {
      this.#anchor = new AnchorFile(anchorOf(file));
      const standing = standingOf(this.#anchor.read(), tailBeside(this.#db, this.#anchor));
      for (const sentence of [opened.alarm, standing.alarm]) if (sentence !== null) this.alarm(sentence);
      this.writer = new Writer({ db: this.#db, origin, now, newId, newEpoch: standing.newEpoch, at });
      this.#anchor.write(this.writer.tail);
      this.#anchor.sync();
      this.#inode = statSync(file, { bigint: true }).ino;
    } catch (error) {
      this.#db.close();
      throw inWords(file, error);
    }
  }

  /** Commits and remembers how far the store has come; throws where the transaction as a whole failed. */
  commit(batches: readonly (readonly Fact[])[]): Outcome[][] {
    const { at } = this.#options;
    const before = this.writer.tail;
    const outcomes = this.writer.commit(batches);
    if (this.writer.tail !== before) {
      at('anchor_before');
      this.#remember();
      at('anchor_after');
    }
    return outcomes;
  }

  /** Keeps a plain sentence about what has happened to the store, for whoever looks next. */
  alarm(sentence: string): void {
    this.#db.prepare('INSERT INTO alarms VALUES (?, ?)').run(this.#options.now(), sentence);
  }

  /** Writes what is there once more; throws where the disk takes nothing. */
  probe(): void {
    this.#db.prepare(`UPDATE meta SET value = value WHERE key = 'origin'`).run();
  }

  /** What was written beside the database reaches the disk too. Says why it cannot, null where it did. */
  syncAnchor(): string | null {
    if (this.#anchorTrouble === null) this.#remember(() => this.#anchor.sync());
    else this.#remember();
    return this.#anchorTrouble;
  }

  /** Whether the file is still the one that was opened: who writes to a deleted file writes to nothing. */
  isInPlace(): boolean {
    const found = statSync(this.#options.file, { bigint: true, throwIfNoEntry: false });
    return found?.ino === this.#inode;
  }

  /** Puts all that is known into a new file where the old one was, or beside what lies there now; says what became of it. */
  rescue(): string {
    const { file, now } = this.#options;
    makeFolder(dirname(file));
    const isTaken = existsSync(file);
    const target = isTaken ? join(dirname(file), `aurora-rescued-${stampOf(now())}.db`) : file;
    copyWhole(this.#db, target, () => {});
    return isTaken
      ? `Another store was put in the place of the one in use: what had been stored lies in ${target}`
      : 'The file of the store was taken away while Aurora ran and was put back with all that was in it';
  }

  /** Brings the write-ahead log back to nothing where it has grown; readers may keep it from that. */
  tidy(least = WAL_SMALL_BYTES): void {
    if (this.walBytes < least) return;
    this.#options.at('checkpoint_before');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  get walBytes(): number {
    return statSync(`${this.#options.file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  close(): void {
    this.#remember(() => this.#anchor.close());
    this.#db.close();
  }

  /** A commit stands, whatever becomes of the anchor: one that lags behind is safe. */
  #remember(how = () => this.#anchor.write(this.writer.tail)): void {
    try {
      how();
      this.#anchorTrouble = null;
    } catch (error) {
      this.#anchorTrouble = messageOf(error);
    }
  }
}

/** Opens the store; one that is damaged is put out of the way under a dated name, and a new one begun. */
function openOrSetAside(options: SessionOptions): { db: WritableDb; alarm: string | null } {
  const { file, at } = options;
  const open = () => {
    const db = openWritable(file, { at, backUp: (old, version) => backUpBeforeMigration(old, file, version) });
    try {
      return { db, alarm: makeSound(db) };
    } catch (error) {
      db.close();
      throw error;
    }
  };
  try {
    return open();
  } catch (error) {
    if (failureOf(error).is !== 'damaged') throw inWords(file, error);
    const aside = setAside(file, options.now());
    const backup = newestBackup(file);
    const remedy = backup
      ? `the newest backup is ${backup}: aurora restore brings it back`
      : 'there is no backup of it';
    return {
      ...open(),
      alarm: `The store was damaged (${messageOf(error)}) and lies aside as ${aside}; a new one was begun, and ${remedy}. aurora export --from reads what can be read`,
    };
  }
}

const inWords = (file: string, error: unknown): AuroraError =>
  error instanceof AuroraError
    ? error
    : new StoreError(`The store ${file} cannot be used (${messageOf(error)}): ${failureOf(error).sentence}`, {
        cause: error,
      });

/** The damaged file gets a name with its date; the anchor stays, so that what is missing is known. */
function setAside(file: string, now: number): string {
  const aside = join(dirname(file), `aurora-damaged-${stampOf(now)}.db`);
  // The file itself goes last: a log that stayed behind would be taken for that of the file that comes after it.
  for (const part of ['-shm', '-wal', '']) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

function tailBeside(db: WritableDb, anchor: AnchorFile) {
  const remembered = anchor.read()?.offset ?? 0;
  const hashAtAnchor = db.prepare('SELECT hash FROM results WHERE offset = ?').pluck().get(remembered);
  return { ...tailOf(db), epoch: epochOf(db), hashAtAnchor: (hashAtAnchor as string | undefined) ?? null };
}
