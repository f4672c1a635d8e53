import type { Socket } from 'socket.io';
import { agentHandshakeSchema, PROTOCOL_VERSION, type Refusal, refusal } from '../../contract/messages.ts';

/** Why somebody may not come in by the agents' door, as the engine itself decides it; null where it may. */
export function whyNotAdmitted(socket: Socket, wanted: string, superseded: ReadonlySet<string>): Refusal | null {
  const parsed = agentHandshakeSchema.safeParse(socket.handshake.auth);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refusal('invalid_message', `auth.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { token, protocol, instance } = parsed.data;
  if (socket.conn.transport.name !== 'websocket')
    return refusal('invalid_message', "agents connect over WebSocket alone: set the client's transports to websocket");
  if (token !== wanted) return refusal('unauthorized', 'auth.token is not what AURORA_TOKEN says');
  if (protocol !== PROTOCOL_VERSION)
    return refusal('protocol_version', `this engine speaks protocol ${PROTOCOL_VERSION}`);
  return superseded.has(instance) ? refusal('duplicate_agent', 'another instance took over') : null;
}
