import type { Refusal } from '../contract/messages.ts';

/** A refusal as socket.io's middleware carries it: the client finds it in `connect_error`'s `data`. */
export const refusedHandshake = (refused: Refusal): Error =>
  Object.assign(new Error(`${refused.code}: ${refused.message}`), { data: refused });
