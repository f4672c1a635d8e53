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
  /** host:port names that the engine answers to. */
  hosts: ReadonlySet<string>;
  /** Origins that pages may come from. */
  origins: ReadonlySet<string>;
}

export function loopbackDoors(port: number, extraOrigins: readonly string[] = []): Doors {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  return { hosts: new Set(hosts), origins: new Set([...hosts.map((host) => `http://${host}`), ...extraOrigins]) };
}

/**
 * Why a request may not come in, or null. A foreign Host is a rebinding attack; a browser always
 * sends Origin, so a present one must be ours, and an absent one is no browser (the token still counts).
 */
export function refuseDoor(
  doors: Doors,
  headers: { host?: string | undefined; origin?: string | undefined },
): string | null {
  if (!headers.host || !doors.hosts.has(headers.host.toLowerCase()))
    return 'this Host is not one that the engine answers to: use 127.0.0.1 or localhost with its port';
  if (headers.origin !== undefined && !doors.origins.has(headers.origin.toLowerCase()))
    return 'pages of another origin may not talk to the engine';
  return null;
}
