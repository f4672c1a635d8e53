import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Reply, refusal } from '../contract/messages.ts';
import { type ListedToken, TOKEN_ROLES, type TokenRequest, type TokenRole } from '../contract/tokens.ts';
import type { Tokens } from '../gateway/access.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { whyUnread } from '../kit/why-unread.ts';
import { toIso } from '../signals/instant.ts';
import { writePrivately } from './private-file.ts';

const token = z.string().min(16).max(512);
const tokensSchema = z.object({
  agent: token,
  viewer: token,
  operator: token,
  agents: z.record(z.string(), token).default({}),
  /** When each was made: by its role, or by its name behind a slash. */
  created_at: z.record(z.string(), z.string()).default({}),
});
type Kept = z.output<typeof tokensSchema>;

const secretsOf = ({ agent, viewer, operator, agents }: Kept): string[] => [
  agent,
  viewer,
  operator,
  ...Object.values(agents),
];

const isRole = (name: string): name is TokenRole => (TOKEN_ROLES as readonly string[]).includes(name);
const placeOf = (name: string): string => (isRole(name) ? name : `/${name}`);

/** Another program may have written the file: it is looked at so often. */
const LOOK_MS = 500;

export interface TokenStoreOptions {
  /** The data folder. */
  data: string;
  ids: Ids;
  clock: Pick<Clock, 'now'>;
  /** Told of each token that no line may hold. */
  hide: (secret: string) => void;
}

/** The tokens of a data folder: made on first use, kept in tokens.json, the same for every program that uses it. */
export class TokenStore {
  readonly #file: string;
  readonly #to: TokenStoreOptions;
  readonly #listeners = new Set<() => void>();
  #kept: Kept;
  #stamp: string | null;

  /** Throws UsageError where the file is there and cannot be read. */
  constructor(options: TokenStoreOptions) {
    this.#to = options;
    this.#file = join(options.data, 'tokens.json');
    this.#stamp = this.#look();
    if (existsSync(this.#file)) {
      this.#kept = readTokens(this.#file);
      this.#hideAll();
    } else {
      const now = toIso(options.clock.now());
      const { ids } = options;
      const created_at = Object.fromEntries(TOKEN_ROLES.map((role) => [role, now]));
      this.#kept = { agent: ids.token(), viewer: ids.token(), operator: ids.token(), agents: {}, created_at };
      this.#write(this.#kept);
    }
  }

  get current(): Omit<Tokens, 'window'> {
    return this.#kept;
  }

  /** Told after each change, whoever made it. */
  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Follows what other programs write to the file; what cannot be read changes nothing and is logged. */
  watch(clock: Pick<Clock, 'every'>, log: Log): Disposer {
    return clock.every(LOOK_MS, () => {
      try {
        this.#readAgain();
      } catch (error) {
        log.warn({ reason: messageOf(error) }, 'tokens.json has changed and cannot be read: the old tokens stay');
      }
    });
  }

  /** Does what is asked; a token is in the answer where it was just made, and never again. Throws UsageError. */
  answer(request: TokenRequest): Reply {
    this.#readAgain();
    switch (request.action) {
      case 'list':
        return { ok: true, tokens: this.#list() };
      case 'create':
        if (Object.hasOwn(this.#kept.agents, request.name))
          return refusal('invalid_message', `${request.name} has a token already: rotate it for another`);
        return this.#make(request.name);
      case 'rotate':
        return isRole(request.name) || Object.hasOwn(this.#kept.agents, request.name)
          ? this.#make(request.name)
          : refusal('invalid_message', `${request.name} has no token: create one`);
      case 'revoke':
        return this.#revoke(request.name);
    }
  }

  #list(): ListedToken[] {
    const { created_at, agents } = this.#kept;
    const listed = (name: string, role: TokenRole): ListedToken => ({
      name,
      role,
      created_at: created_at[placeOf(name)] ?? null,
    });
    return [
      ...TOKEN_ROLES.map((role) => listed(role, role)),
      ...Object.keys(agents).map((name) => listed(name, 'agent')),
    ];
  }

  #make(name: string): Reply {
    const made = this.#to.ids.token();
    const { agents, created_at } = this.#kept;
    this.#change({
      ...this.#kept,
      ...(isRole(name) ? { [name]: made } : { agents: { ...agents, [name]: made } }),
      created_at: { ...created_at, [placeOf(name)]: toIso(this.#to.clock.now()) },
    });
    return { ok: true, name, token: made };
  }

  #revoke(name: string): Reply {
    const { [name]: revoked, ...agents } = this.#kept.agents;
    if (revoked === undefined) return refusal('invalid_message', `${name} has no token`);
    const { [placeOf(name)]: _made, ...created_at } = this.#kept.created_at;
    this.#change({ ...this.#kept, agents, created_at });
    return { ok: true };
  }

  #change(next: Kept): void {
    this.#write(next);
    this.#tell();
  }

  #write(next: Kept): void {
    writePrivately(this.#file, next);
    this.#stamp = this.#look();
    this.#kept = next;
    this.#hideAll();
  }

  #readAgain(): void {
    const stamp = this.#look();
    if (stamp === this.#stamp || stamp === null) return;
    this.#stamp = stamp;
    this.#kept = readTokens(this.#file);
    this.#hideAll();
    this.#tell();
  }

  #look(): string | null {
    const seen = statSync(this.#file, { throwIfNoEntry: false, bigint: true });
    return seen ? `${seen.ino} ${seen.mtimeNs} ${seen.size}` : null;
  }

  #hideAll(): void {
    for (const secret of secretsOf(this.#kept)) this.#to.hide(secret);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function readTokens(file: string): Kept {
  try {
    return tokensSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read (${whyUnread(cause)}): put a good copy back, or move it away and Aurora makes new tokens`,
      { cause },
    );
  }
}
