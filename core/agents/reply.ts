import { z } from 'zod';

/** The engine's answer to a request. Codes that a newer engine adds are read like the others. */
const replySchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    message: z.string().default(''),
    retry: z.boolean().default(false),
  }),
]);
export type EngineReply = z.output<typeof replySchema>;
export type EngineRefusal = Extract<EngineReply, { ok: false }>;

/** What an answer says; null where nobody can tell. */
export function readReply(answer: unknown): EngineReply | null {
  const reply = replySchema.safeParse(answer);
  return reply.success ? reply.data : null;
}

export function readRefusal(answer: unknown): EngineRefusal | null {
  const reply = readReply(answer);
  return reply && !reply.ok ? reply : null;
}
