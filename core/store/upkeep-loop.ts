import type { Fact } from '../contract/facts.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import { lastBackup } from './backup.ts';
import type { Gap } from './chain-walk.ts';
import { openStoreFile, withStore } from './inspect.ts';
import { NoStoreError } from './open.ts';
import { expiredIn } from './retention.ts';
import { type MadeBackup, takeDatedBackup } from './take-backup.ts';
import { type Verification, verifyRows } from './verify.ts';
import { tailOf } from './writer.ts';

export interface UpkeepNews {
  /** What is not well, one sentence each. */
  alarms: string[];
  /** When the newest backup was taken, epoch ms; null where there is none. */
  lastBackup: number | null;
}

export interface UpkeepOptions {
  file: string;
  /** How many days a result is kept; null for ever. */
  keepDays: number | null;
  clock: Clock;
  /** Has the writer write it; false where it could not. */
  commit: (fact: Fact) => Promise<boolean>;
  tell: (news: UpkeepNews) => void;
}

const DAY_MS = 86_400_000;
const ROUND_MS = 600_000;
const PAGE_ROWS = 100;
/** After the work of one step it rests so many times as long: a start is looked at sooner than a running engine. */
const REST = { first: 1, later: 9 } as const;
const EXPIRED_ROWS = 200;

type Work = 'backup' | 'check' | 'retention';

/** What a store needs beside its writer: a backup a day, a look at every row, and an end for what is too old. */
export class UpkeepLoop {
  readonly #to: UpkeepOptions;
  readonly #alarms = new Map<Work, string>();
  #checkedAt: number | null = null;
  #closed = false;
  #wake: Disposer = () => {};

  constructor(options: UpkeepOptions) {
    this.#to = options;
  }

  /** Resolves after it was closed. */
  async run(): Promise<void> {
    while (!this.#closed) {
      await this.#attempt('backup', async () => this.#backUp());
      if (this.#isCheckDue()) {
        await this.#attempt('check', () => this.#check());
        if (!this.#isCheckDue()) await this.#attempt('retention', () => this.#letGo());
      }
      await this.#sleep(ROUND_MS);
    }
  }

  /** A backup that was asked for, whatever there is of today; throws StoreError where it cannot be made. */
  backUpNow(): MadeBackup {
    const { file, clock, tell } = this.#to;
    const made = takeDatedBackup(file, clock.now());
    tell({ alarms: [...this.#alarms.values()], lastBackup: lastBackup(file, clock.now()) });
    return made;
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** A sentence is what is wrong; what cannot be done now is done in a later round. */
  async #attempt(work: Work, todo: () => Promise<string | null>): Promise<void> {
    if (this.#closed) return;
    let alarm: string | null;
    try {
      alarm = await todo();
    } catch (error) {
      // The writer tells of a file that was taken away, and puts it back.
      alarm = error instanceof NoStoreError ? null : messageOf(error);
    }
    if (alarm === null) this.#alarms.delete(work);
    else this.#alarms.set(work, alarm);
    const { file, clock, tell } = this.#to;
    tell({ alarms: [...this.#alarms.values()], lastBackup: lastBackup(file, clock.now()) });
  }

  #backUp(): null {
    const { file, clock } = this.#to;
    const now = clock.now();
    const last = lastBackup(file, now);
    if (last !== null && now - last < DAY_MS) return null;
    if (withStore(file, tailOf).offset > 0) takeDatedBackup(file, now);
    return null;
  }

  #isCheckDue(): boolean {
    return this.#checkedAt === null || this.#to.clock.monotonic() - this.#checkedAt >= DAY_MS;
  }

  async #check(): Promise<string | null> {
    const { clock, commit } = this.#to;
    const found = await this.#verify(this.#checkedAt === null ? REST.first : REST.later);
    if (!found) return null;
    const rows = found.bad.filter(({ known }) => !known);
    if (rows.length > 0 && !(await commit({ kind: 'set_aside', rows, at: clock.now() })))
      return `${rows.length} of the stored results are not what was written and could not be set aside: run aurora verify`;
    this.#checkedAt = clock.monotonic();
    return found.gaps.length === 0 ? null : lostSentence(found.gaps);
  }

  /** Null where it was closed before the end. */
  async #verify(rest: number): Promise<Verification | null> {
    const { file, clock } = this.#to;
    const db = openStoreFile(file);
    try {
      const steps = verifyRows(db, PAGE_ROWS);
      while (!this.#closed) {
        const began = clock.monotonic();
        const { done, value } = steps.next();
        if (done) return value;
        await this.#sleep((clock.monotonic() - began) * rest);
      }
      return null;
    } finally {
      db.close();
    }
  }

  async #letGo(): Promise<string | null> {
    const { file, keepDays, clock, commit } = this.#to;
    if (keepDays === null) return null;
    const before = clock.now() - keepDays * DAY_MS;
    const { offsets, tasks } = withStore(file, (db) => expiredIn(db, before));
    for (let from = 0; from < Math.max(offsets.length, tasks.length); from += EXPIRED_ROWS) {
      if (this.#closed) return null;
      const part = <T>(all: readonly T[]): T[] => all.slice(from, from + EXPIRED_ROWS);
      const began = clock.monotonic();
      if (!(await commit({ kind: 'expired', offsets: part(offsets), tasks: part(tasks) })))
        return `Results older than ${keepDays} days could not be removed: they are tried again tomorrow`;
      await this.#sleep((clock.monotonic() - began) * REST.later);
    }
    return null;
  }

  #sleep(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#to.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function lostSentence(gaps: readonly Gap[]): string {
  const lost = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  return `${lost.toLocaleString('en')} of the stored results cannot be read any more, the first is #${gaps[0]?.from}: aurora verify lists them, aurora restore brings a backup back`;
}
