export type LogFields = Readonly<Record<string, unknown>>;

/** One structured line per event; fields are snake_case and never hold a token or a key. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
