import { randomBytes, randomUUID } from 'node:crypto';

/** Where ids and secrets come from. Rooms take it as a parameter. */
export interface Ids {
  /** A fresh unique id. */
  id(): string;
  /** 32 random bytes, base64url: a bearer token. */
  token(): string;
}

export const systemIds: Ids = {
  id: () => randomUUID(),
  token: () => randomBytes(32).toString('base64url'),
};
