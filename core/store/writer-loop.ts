import type { Fact, Outcome } from '../contract/facts.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Ballast } from './ballast.ts';
import { failureOf, type StoreFailure } from './failure.ts';
import type { Session } from './session.ts';

export interface CommitRequest {
  id: number;
  facts: Fact[];
}

export interface StoreHealth {
  /** Why nothing is being saved; null while all is well. */
  not_saved: string | null;
  /** What is not well and yet loses nothing. */
  warnings: string[];
}

export type FromWriter =
  | { ready: { storeEpoch: string } }
  | { refused: string }
  | { committed: { id: number; outcomes: Outcome[] }[] }
  | { health: StoreHealth }
  /** What is stored is not what it was, so whoever holds a part of it in memory has to read it anew. */
  | { renewed: string };

export interface WriterLoopOptions {
  open: () => Session;
  ballast: Ballast;
  clock: Clock;
  tell: (message: FromWriter) => void;
}

type State =
  | { is: 'open'; session: Session }
  /** The file was taken away under an open session, which still holds what was in it. */
  | { is: 'lost'; session: Session }
  | { is: 'shut'; alarm: string | null }
  | { is: 'over' };

const BEAT_MS = 1_000;
const LOCKED_RETRY_MS = 100;
/** So long a lock is waited out in silence. */
const LOCKED_QUIET_MS = 5_000;
const WAL_LOUD_BYTES = 256 * 1024 * 1024;
const GONE = 'the file of the store was taken away: it is being put back';

/** What stands between the one queue of commits and a disk that fails in all the ways that disks fail. */
export class WriterLoop {
  readonly #to: WriterLoopOptions;
  readonly #stopBeat: Disposer;
  #state: State;
  #queue: CommitRequest[] = [];
  #lockedSince: number | null = null;
  #worked = false;
  #health: StoreHealth = { not_saved: null, warnings: [] };

  /** Throws a StoreError where the store cannot be opened. */
  constructor(options: WriterLoopOptions) {
    this.#to = options;
    const session = options.open();
    this.#state = { is: 'open', session };
    options.ballast.load();
    options.tell({ ready: { storeEpoch: session.writer.tail.epoch } });
    this.#stopBeat = options.clock.every(BEAT_MS, () => this.#beat());
  }

  /** Commits in the order of asking; what has come together is one transaction. */
  take(requests: readonly CommitRequest[]): void {
    this.#queue.push(...requests);
    if (this.#state.is !== 'open') this.#refuse(this.#health.not_saved ?? GONE);
    else if (this.#lockedSince === null) this.#run();
  }

  close(): void {
    this.#stopBeat();
    this.#refuse('the store is closed');
    if (this.#state.is === 'open') this.#bringHome(this.#state.session);
    if (this.#state.is === 'open' || this.#state.is === 'lost') this.#state.session.close();
    this.#state = { is: 'over' };
  }

  /** Readers that are still open would leave everything in the log, and a copy of the file alone without it. */
  #bringHome(session: Session): void {
    try {
      session.tidy(0);
    } catch {
      // What is in the log is as safe there.
    }
  }

  #run(): void {
    if (this.#state.is !== 'open' || this.#queue.length === 0) return;
    const { session } = this.#state;
    const epoch = session.writer.tail.epoch;
    try {
      const outcomes = session.commit(this.#queue.map((one) => one.facts));
      const committed = this.#queue.map(({ id }, place) => ({ id, outcomes: outcomes[place] ?? [] }));
      this.#queue = [];
      this.#worked = true;
      this.#to.tell({ committed });
      this.#well();
      if (session.writer.tail.epoch !== epoch) this.#shut(session, 'results that do not add up were set aside', null);
    } catch (error) {
      this.#failed(session, failureOf(error));
    }
  }

  #well(): void {
    this.#lockedSince = null;
    if (this.#health.not_saved !== null) this.#tell({ ...this.#health, not_saved: null });
  }

  #failed(session: Session, failure: StoreFailure): void {
    if (failure.is === 'full' && this.#makeRoom(session)) return this.#run();
    if (failure.is === 'busy' && this.#waitsOut()) return;
    this.#lockedSince = null;
    this.#tell({ ...this.#health, not_saved: failure.sentence });
    this.#refuse(failure.sentence);
    if (failure.is === 'unsure' || failure.is === 'damaged') this.#shut(session, failure.sentence, null);
  }

  /** A lock is mostly gone in a moment: nobody hears of a short one. */
  #waitsOut(): boolean {
    if (this.#health.not_saved !== null) return false;
    const { clock } = this.#to;
    this.#lockedSince ??= clock.monotonic();
    if (clock.monotonic() - this.#lockedSince >= LOCKED_QUIET_MS) return false;
    clock.after(LOCKED_RETRY_MS, () => this.#run());
    return true;
  }

  #makeRoom(session: Session): boolean {
    if (!this.#to.ballast.drop()) return false;
    try {
      session.tidy(0);
    } catch {
      // Even so the ballast's room may be enough for what is to be written.
    }
    return true;
  }

  #refuse(message: string): void {
    const refused = this.#queue.map(({ id, facts }) => ({
      id,
      outcomes: facts.map((): Outcome => ({ ok: false, message })),
    }));
    this.#queue = [];
    if (refused.length > 0) this.#to.tell({ committed: refused });
  }

  #beat(): void {
    const state = this.#state;
    if (state.is === 'open') this.#look(state.session);
    else if (state.is === 'lost') this.#rescue(state.session);
    else if (state.is === 'shut') this.#reopen(state.alarm);
  }

  #look(session: Session): void {
    if (!session.isInPlace()) {
      this.#state = { is: 'lost', session };
      this.#tell({ ...this.#health, not_saved: GONE });
      return this.#rescue(session);
    }
    try {
      if (this.#health.not_saved !== null) {
        session.probe();
        this.#well();
      } else if (!this.#worked) {
        session.tidy();
        this.#to.ballast.load();
      }
    } catch (error) {
      if (this.#health.not_saved !== null) this.#failed(session, failureOf(error));
    }
    this.#worked = false;
    this.#warn(session);
  }

  #warn(session: Session): void {
    const warnings: string[] = [];
    const megabytes = Math.round(session.walBytes / 1024 / 1024);
    if (session.walBytes >= WAL_LOUD_BYTES)
      warnings.push(
        `The write-ahead log has grown to ${megabytes} MB, because another program keeps reading an old state of the store: end that one`,
      );
    const anchor = session.syncAnchor();
    if (anchor !== null) warnings.push(`The anchor beside the store cannot be written (${anchor}): check the disk`);
    if (warnings.join() !== this.#health.warnings.join()) this.#tell({ ...this.#health, warnings });
  }

  #rescue(session: Session): void {
    try {
      this.#shut(session, GONE, session.rescue());
    } catch (error) {
      this.#tell({ ...this.#health, not_saved: `${GONE} (${messageOf(error)})` });
    }
  }

  /** From here on nothing is written before the file has been opened and looked at once more. */
  #shut(session: Session, why: string, alarm: string | null): void {
    try {
      session.close();
    } catch {
      // What could not even be closed is opened anew all the same.
    }
    this.#tell({ ...this.#health, not_saved: this.#health.not_saved ?? why });
    this.#state = { is: 'shut', alarm };
    this.#reopen(alarm);
  }

  #reopen(alarm: string | null): void {
    try {
      const session = this.#to.open();
      if (alarm !== null) session.alarm(alarm);
      session.close();
      this.#state = { is: 'over' };
      this.#to.tell({ renewed: this.#health.not_saved ?? '' });
    } catch (error) {
      this.#tell({ ...this.#health, not_saved: messageOf(error) });
    }
  }

  #tell(health: StoreHealth): void {
    if (health.not_saved === this.#health.not_saved && health.warnings === this.#health.warnings) return;
    this.#health = health;
    this.#to.tell({ health });
  }
}
