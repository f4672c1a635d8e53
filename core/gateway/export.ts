import type { Context } from 'hono';
import { z } from 'zod';
import { EXPORT_FORMATS, type ExportQuery } from '../contract/export.ts';
import { refusal } from '../contract/messages.ts';
import { symbolSchema } from '../contract/result.ts';
import { parseInstant } from '../signals/instant.ts';

/** What the gateway asks of whoever holds results: pieces of text, each read when it is asked for. */
export interface ExportSource {
  export(query: ExportQuery): Iterator<string>;
}

/** So many are read at the same time: each keeps the store's file open, and takes its turns of the main loop. */
const EXPORTS = 4;
const TYPE = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const;

const querySchema = z.object({
  format: z.enum(EXPORT_FORMATS).default('csv'),
  symbol: symbolSchema.nullable().default(null),
  since: z
    .string()
    .transform(parseInstant)
    .refine((instant) => instant !== null, 'an ISO 8601 time')
    .nullable()
    .default(null),
});

/** GET /api/export: stored results as they are read, with nothing held in memory. */
export function answerExport(source: ExportSource): (c: Context) => Response {
  let open = 0;
  return (c) => {
    const query = querySchema.safeParse(c.req.query());
    if (!query.success) {
      const [issue] = query.error.issues;
      return c.json(refusal('invalid_message', `${issue?.path.join('.')}: ${issue?.message}`), 400);
    }
    if (open >= EXPORTS)
      return c.json(
        refusal('rate_limited', `${EXPORTS} exports are being read already: wait for one to end`, true),
        429,
      );
    open += 1;
    const body = streamed(source.export(query.data), () => {
      open -= 1;
    });
    const { format } = query.data;
    return c.body(body, 200, {
      'Content-Type': TYPE[format],
      'Content-Disposition': `attachment; filename="aurora-results.${format}"`,
      'Cache-Control': 'no-store',
    });
  };
}

/** Reads on when the reader has taken what was read, and lets the main loop do other things between two pieces. */
function streamed(pieces: Iterator<string>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cancelled = false;
  const next = (): IteratorResult<string> => {
    try {
      return pieces.next();
    } catch (error) {
      onEnd();
      throw error;
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise(setImmediate);
        if (cancelled) return;
        const { done, value } = next();
        if (!done) return controller.enqueue(encoder.encode(value));
        onEnd();
        controller.close();
      },
      cancel() {
        cancelled = true;
        pieces.return?.();
        onEnd();
      },
    },
    { highWaterMark: 1 },
  );
}
