/** Base of Aurora's own errors; `code` is stable, the message is for people. */
export abstract class AuroraError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What a person gave cannot be used; the message says what to do instead. */
export class UsageError extends AuroraError {
  readonly code = 'AURORA_USAGE';
}

/** The write did not reach the disk, so nothing of it may be shown (FM-RF-004). */
export class NotPersistedError extends AuroraError {
  readonly code = 'AURORA_NOT_PERSISTED';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
