import { z } from 'zod';
import { JsonScan } from './json-scan.ts';

/** What one event of a stream, or a whole answer, adds. */
export interface Piece {
  text: string;
  /** It would not answer. */
  declined: boolean;
  /** Why it ended; null while it goes on. */
  finish: string | null;
  usage: { input_tokens: number; output_tokens: number } | null;
  /** The server gave up in the middle. */
  failed: boolean;
}

/** Nesting that no server's envelope has. */
const DEPTH_MAX = 32;

const count = z.number().int().min(0).max(1e9);
const usageSchema = z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null);
/** Text, or parts of which those of type `text` are the answer and others are thoughts. */
const contentSchema = z.union([
  z.string(),
  z
    .array(z.object({ type: z.string(), text: z.string().nullish() }))
    .transform((parts) => parts.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('')),
]);
const saidSchema = z.object({ content: contentSchema.nullish(), refusal: z.string().nullish() });
const envelopeSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: saidSchema.nullish(),
        message: saidSchema.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usageSchema,
  error: z.unknown().optional(),
});

/** Reads a chunk or a whole chat completion; null where it is none. */
export function readEnvelope(text: string): Piece | null {
  const scan = new JsonScan();
  scan.push(text);
  if (scan.deepest > DEPTH_MAX) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = envelopeSchema.safeParse(json);
  if (!read.success) return null;
  const { choices, usage, error } = read.data;
  const [choice] = choices ?? [];
  const said = choice?.delta ?? choice?.message;
  return {
    text: said?.content ?? '',
    declined: Boolean(said?.refusal) || choice?.finish_reason === 'content_filter',
    finish: choice?.finish_reason ?? null,
    usage: usage ? { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens } : null,
    failed: error !== undefined && error !== null,
  };
}
