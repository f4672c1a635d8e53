import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tokens } from '../gateway/access.ts';
import { messageOf, UsageError } from '../kit/errors.ts';
import type { Ids } from '../kit/ids.ts';
import { writePrivately } from './private-file.ts';

const token = z.string().min(16).max(512);
const tokensSchema = z.object({
  agent: token,
  viewer: token,
  operator: token,
  agents: z.record(z.string(), token).default({}),
});

export const secretsOf = ({ agent, viewer, operator, window, agents }: Tokens): string[] =>
  [agent, viewer, operator, window ?? '', ...Object.values(agents)].filter(Boolean);

const fileOf = (data: string): string => join(data, 'tokens.json');

/** What the file holds; the window's token is of one launch and is never written. */
type Kept = Omit<Tokens, 'window'>;

const fresh = (ids: Ids) => ({ agent: ids.token(), viewer: ids.token(), operator: ids.token() });

/** The data folder's tokens, made on first use; they survive restarts. */
export function loadTokens(data: string, ids: Ids): Kept {
  const file = fileOf(data);
  if (!existsSync(file)) {
    const made = { ...fresh(ids), agents: {} };
    writePrivately(file, made);
    return made;
  }
  try {
    return tokensSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? (cause.issues[0]?.message ?? 'wrong shape') : messageOf(cause);
    throw new UsageError(
      `${file} cannot be read (${why}): put a good copy back, or move it away and Aurora makes new tokens`,
      { cause },
    );
  }
}

/** New tokens for the three roles; those of single agents stay. */
export function rotateTokens(data: string, ids: Ids): Kept {
  const rotated = { ...loadTokens(data, ids), ...fresh(ids) };
  writePrivately(fileOf(data), rotated);
  return rotated;
}
