declare module 'pino-roll' {
  interface RollOptions {
    file: string;
    extension: string;
    size: string;
    limit: { count: number; removeOtherLogFiles: boolean };
    sync: boolean;
    /** Bytes that wait at most for a disk that takes none; more is dropped. */
    maxLength: number;
  }
  /** A file that rolls by size; resolves once it is open. */
  export default function roll(options: RollOptions): Promise<{
    write(line: string): boolean;
    end(): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }>;
}
