interface Opened {
  sealed: string;
  key: Promise<string>;
}

/** What a program knows of models' keys until it ends, over every start of its engine. */
export class ProgramKeys {
  /** Keys that are kept for this session, by server. */
  readonly session = new Map<string, string>();
  readonly #opened = new Map<string, Opened>();
  #turn: Promise<unknown> = Promise.resolve();

  /** What a keyring opens, which is asked once and again only after it has refused; rejects as it does. */
  opened(server: string, sealed: string, open: () => Promise<string>): Promise<string> {
    const before = this.#opened.get(server);
    if (before?.sealed === sealed) return before.key;
    const asked: Opened = { sealed, key: open() };
    this.#opened.set(server, asked);
    asked.key.catch(() => {
      if (this.#opened.get(server) === asked) this.#opened.delete(server);
    });
    return asked.key;
  }

  /** Forgets what was opened. */
  forget(server: string): void {
    this.#opened.delete(server);
  }

  /** Runs one after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
