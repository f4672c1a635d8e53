import { z } from 'zod';
import { type Fault, ModelFailure } from './failure.ts';

/** What can be said about a server when it does not answer as it should. */
export interface ServerWords {
  /** The model as the user named it. */
  name: string;
  /** Scheme, host and port: never a path, a query or a user. */
  origin: string;
  /** What to do about a key that is not taken. */
  keyHint: string;
}

const errorSchema = z.object({
  error: z.object({ code: z.unknown().optional(), type: z.unknown().optional() }).optional().catch(undefined),
  code: z.unknown().optional(),
  type: z.unknown().optional(),
});

type Known = [fault: Fault, why: (words: ServerWords) => string];
const TOO_LONG: Known = ['too_long', () => 'takes less text than was sent: lower its context_tokens in models.json'];
/** Codes by which servers name a cause; what else they say stays out of our messages. */
const CODES: Readonly<Record<string, Known>> = {
  insufficient_quota: ['misconfigured', ({ origin }) => `has no credit left: add some at ${origin}, or lower the use`],
  model_not_found: ['misconfigured', () => 'is not known to the server: check its name, or load it there'],
  invalid_api_key: ['misconfigured', ({ keyHint }) => `is behind a key that the server does not take: ${keyHint}`],
  context_length_exceeded: TOO_LONG,
  // llama.cpp
  exceed_context_size_error: TOO_LONG,
  content_filter: ['declined', () => 'was kept from answering by a content filter'],
  content_policy_violation: ['declined', () => 'was kept from answering by a content filter'],
};

const BY_STATUS: Readonly<Record<number, Known>> = {
  401: ['misconfigured', ({ keyHint }) => `is behind a key that the server does not take: ${keyHint}`],
  402: ['misconfigured', ({ origin }) => `has no credit left: add some at ${origin}`],
  403: ['misconfigured', ({ keyHint }) => `is not open to this key: ${keyHint}`],
  404: ['misconfigured', ({ origin }) => `is not known at ${origin}: check the model's name and the address`],
  408: ['overloaded', () => 'was too slow for its own server'],
  413: TOO_LONG,
  425: ['overloaded', () => 'is not ready yet'],
  429: ['overloaded', () => 'is asked too often'],
  503: ['overloaded', () => 'is overloaded'],
  529: ['overloaded', () => 'is overloaded'],
};

function codeIn(body: string): Known | undefined {
  try {
    const { error, code, type } = errorSchema.parse(JSON.parse(body));
    const named = [error?.code, error?.type, code, type].find(
      (one): one is string => typeof one === 'string' && Object.hasOwn(CODES, one),
    );
    return named === undefined ? undefined : CODES[named];
  } catch {
    return undefined;
  }
}

/** vLLM and others have no code for it, only words. */
const isTooLong = (status: number, body: string): boolean =>
  (status === 400 || status === 422) && /maximum context length|context (?:size|window)/i.test(body);

function byRange(status: number): Known {
  if (status >= 500) return ['overloaded', () => 'failed on the server'];
  return [
    'misconfigured',
    ({ origin }) => `is asked in a way that ${origin} does not take: check the model's name and the address`,
  ];
}

/** The failure that an HTTP status and the code in its body stand for. */
export function statusFailure(
  status: number,
  body: string,
  retryAfterMs: number | null,
  words: ServerWords,
): ModelFailure {
  const [fault, why] =
    codeIn(body) ?? (isTooLong(status, body) ? TOO_LONG : undefined) ?? BY_STATUS[status] ?? byRange(status);
  return new ModelFailure(fault, `${words.name} ${why(words)} (HTTP ${status})`, { retryAfterMs });
}

const BY_ERROR: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; is the server started?',
  ENOTFOUND: 'there is no such host; is the address right, and the network up?',
  EAI_AGAIN: 'its name cannot be looked up; is the network up?',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the connection was not made in time',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is of its own making',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of its own making',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** The failure that a broken request stands for; the error's own text may hold an address or a key. */
export function networkFailure(error: unknown, { name, origin }: ServerWords, billed: boolean): ModelFailure {
  const cause = (error as { cause?: { code?: unknown; message?: unknown } } | null)?.cause;
  const code = typeof cause?.code === 'string' ? cause.code : '';
  if (cause?.message === 'unexpected redirect')
    return new ModelFailure(
      'misconfigured',
      `${name}: ${origin} sends elsewhere, where no key of yours goes: check the address`,
    );
  const why = BY_ERROR[code] ?? 'the connection failed';
  return new ModelFailure('unreachable', `${name} cannot be reached at ${origin}: ${why}`, { billed });
}

/** Milliseconds that a server asks to wait, by `retry-after-ms` or `retry-after` (seconds or a date); null where it does not say. */
export function retryAfter(headers: Headers, now: number): number | null {
  const ms = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (ms >= 0) return ms;
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
