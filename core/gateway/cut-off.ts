import type { Namespace } from 'socket.io';
import { z } from 'zod';
import { refusal } from '../contract/messages.ts';
import { identify, type Tokens } from './access.ts';

const authSchema = z.object({ token: z.string() });
const REVOKED = refusal('unauthorized', 'the token of this connection was revoked: ask for the new one');

/** Ends each connection that was let in with a token that is nobody's by now; it hears why first. */
export function cutOff(spaces: readonly Namespace[], tokens: Tokens): void {
  for (const space of spaces)
    for (const socket of space.sockets.values()) {
      const auth = authSchema.safeParse(socket.handshake.auth);
      if (auth.success && identify(tokens, auth.data.token)) continue;
      socket.emit('refused', REVOKED);
      socket.disconnect(true);
    }
}
