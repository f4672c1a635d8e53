import { z } from 'zod';

const refusedSchema = z.object({
  code: z.string(),
  message: z.string().default(''),
  retry: z.boolean().default(false),
});

export interface Refused {
  code: string;
  message: string;
  /** True where the same token may be let in a little later. */
  retry: boolean;
}

/** What the engine's refusal of a connection says in `data`; one without is worth another try. */
export function readRefusal(error: Error & { data?: unknown }): Refused {
  const told = refusedSchema.safeParse(error.data);
  return told.success ? told.data : { code: 'unknown', message: error.message, retry: true };
}

const ADVICE: Record<string, string> = {
  no_token: 'This page has no token. Open the address that npm start printed.',
  unauthorized: 'The engine does not know this token. Open the address that npm start printed last.',
  forbidden: 'This token may not see the sidebar. Open the address that npm start printed.',
  protocol_version: 'The engine speaks another version of the protocol. Reload this page.',
};

/** A sentence that says what to do. */
export const adviceFor = ({ code, message }: Pick<Refused, 'code' | 'message'>): string =>
  ADVICE[code] ?? (message || 'The engine refused the connection. Open the address that npm start printed.');
