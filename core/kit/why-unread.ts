import { z } from 'zod';
import { messageOf } from './errors.ts';

/** Why a JSON file could not be read, with no word of what is in it: a parser's message quotes what it stumbled over. */
export function whyUnread(cause: unknown): string {
  if (cause instanceof z.ZodError) {
    const [issue] = cause.issues;
    return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'wrong shape';
  }
  return cause instanceof SyntaxError ? 'it is not JSON' : messageOf(cause);
}
