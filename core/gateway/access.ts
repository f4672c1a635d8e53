import { createHash, timingSafeEqual } from 'node:crypto';

const ROLES = ['agent', 'viewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who may come in, by bearer token. */
export interface Tokens {
  readonly agent: string;
  readonly viewer: string;
  readonly operator: string;
  /** The window's own for this launch, with the operator's rights; null where there is no window. */
  readonly window: string | null;
  /** Tokens of single agents, by name. */
  readonly agents: Readonly<Record<string, string>>;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests are compared, so that neither length nor content shows in the time taken. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export type Identity = { role: 'viewer' | 'operator' } | { role: 'agent'; only: string | null };

/** Whose token this is; null for nobody's. `only` names the one agent that a token was made for. */
export function identify(tokens: Tokens, token: string): Identity | null {
  let found: Identity | null = null;
  for (const role of ['viewer', 'operator'] as const) if (same(token, tokens[role])) found = { role };
  if (tokens.window !== null && same(token, tokens.window)) found = { role: 'operator' };
  if (same(token, tokens.agent)) found = { role: 'agent', only: null };
  for (const [name, own] of Object.entries(tokens.agents)) if (same(token, own)) found = { role: 'agent', only: name };
  return found;
}

export interface Doors {
  /** host:port names that the engine answers to; null where it is open to other machines, which have names of their own for it. */
  hosts: ReadonlySet<string> | null;
  /** Origins that pages may come from. */
  origins: ReadonlySet<string>;
}

export function loopbackDoors(port: number, extraOrigins: readonly string[] = [], scheme = 'http'): Doors {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  return { hosts: new Set(hosts), origins: new Set([...hosts.map((host) => `${scheme}://${host}`), ...extraOrigins]) };
}

/** Any name will do, for certificate and token are what counts; a page still has to come from the name that it calls. */
export const remoteDoors = (extraOrigins: readonly string[] = []): Doors => ({
  hosts: null,
  origins: new Set(extraOrigins),
});

/**
 * Why a request may not come in, or null. A foreign Host is a rebinding attack; a browser always
 * sends Origin, so a present one must be ours, and an absent one is no browser (the token still counts).
 */
export function refuseDoor(
  doors: Doors,
  headers: { host?: string | undefined; origin?: string | undefined },
): string | null {
  const host = headers.host?.toLowerCase();
  if (!host || (doors.hosts !== null && !doors.hosts.has(host)))
    return 'this Host is not one that the engine answers to: use 127.0.0.1 or localhost with its port';
  const origin = headers.origin?.toLowerCase();
  const isOwn = doors.hosts === null && (origin === `https://${host}` || origin === `http://${host}`);
  if (origin !== undefined && !isOwn && !doors.origins.has(origin))
    return 'pages of another origin may not talk to the engine';
  return null;
}
