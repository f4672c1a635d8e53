import { z } from 'zod';

export const TOKEN_ROLES = ['agent', 'viewer', 'operator'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];
const roleName = z.enum(TOKEN_ROLES);

/** An agent_id that may have a token of its own. */
const tokenName = z
  .string()
  .regex(/^[\w.:@-]{1,64}$/, 'a name is 1 to 64 letters, digits or . : @ _ -')
  .refine((name) => !roleName.safeParse(name).success, 'agent, viewer and operator are names of roles');

/** What an operator may ask of the tokens; those of the three roles can be changed and not revoked. */
export const tokenRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('list') }),
  z.object({ action: z.literal('create'), name: tokenName }),
  z.object({ action: z.literal('rotate'), name: z.union([roleName, tokenName]) }),
  z.object({ action: z.literal('revoke'), name: tokenName }),
]);
export type TokenRequest = z.output<typeof tokenRequestSchema>;

/** A token as it is listed: who may use it and since when, never itself. */
export const listedTokenSchema = z.object({
  name: z.string(),
  role: roleName,
  /** Null where nobody wrote it down. */
  created_at: z.string().nullable(),
});
export type ListedToken = z.output<typeof listedTokenSchema>;
