import type { Namespace, Socket } from 'socket.io';
import {
  type AgentEvents,
  type AgentHandshake,
  agentEventSchemas,
  agentHandshakeSchema,
  PROTOCOL_VERSION,
  type Refusal,
  type Reply,
  refusal,
} from '../contract/messages.ts';
import type { Clock } from '../kit/clock.ts';
import { type AtFaultPoint, passBy } from '../kit/fault-points.ts';
import { identify, type Tokens } from './access.ts';
import { answered } from './answered.ts';
import { refusedHandshake } from './handshake.ts';
import type { Tasks } from './ports.ts';
import { limitRate, WORK_RATE } from './rate-limit.ts';

const WEBSOCKET_ONLY = "agents connect over WebSocket alone: set the client's transports to ['websocket']";

function admit(auth: unknown, tokens: Tokens, tasks: Tasks): AgentHandshake | Refusal {
  const parsed = agentHandshakeSchema.safeParse(auth);
  if (!parsed.success)
    return refusal(
      'invalid_message',
      `auth.${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
    );
  const handshake = parsed.data;
  const identity = identify(tokens, handshake.token);
  if (!identity)
    return refusal('unauthorized', "this token is nobody's: use the agent token from tokens.json in the data folder");
  if (identity.role !== 'agent')
    return refusal('forbidden', `a token of role ${identity.role} may not connect as an agent`);
  if (identity.only !== null && identity.only !== handshake.agent_id)
    return refusal('forbidden', `this token was made for ${identity.only}`);
  if (handshake.protocol !== PROTOCOL_VERSION)
    return refusal('protocol_version', `this engine speaks protocol ${PROTOCOL_VERSION}`);
  return tasks.refuses(handshake) ?? handshake;
}

async function answer(
  socket: Socket,
  tasks: Tasks,
  event: keyof AgentEvents,
  body: unknown,
  at: AtFaultPoint,
): Promise<Reply> {
  const parsed = agentEventSchemas[event].safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refusal('invalid_message', `${event}.${issue?.path.join('.')}: ${issue?.message}`);
  }
  at('validated');
  return tasks.receive(socket.id, event, parsed.data);
}

/** The agents' door: every message is parsed before anything of it counts. */
export function serveAgents(
  namespace: Namespace,
  tokens: () => Tokens,
  tasks: Tasks,
  clock: Pick<Clock, 'monotonic'>,
  atFaultPoint: AtFaultPoint = passBy,
): void {
  namespace.use((socket, next) => {
    const polling = socket.conn.transport.name !== 'websocket';
    const admitted = polling
      ? refusal('invalid_message', WEBSOCKET_ONLY)
      : admit(socket.handshake.auth, tokens(), tasks);
    if ('ok' in admitted) return next(refusedHandshake(admitted));
    socket.data = admitted;
    next();
  });
  namespace.on('connection', (socket) => {
    limitRate(socket, WORK_RATE, clock);
    tasks.connect(
      {
        id: socket.id,
        send(event, payload, ack) {
          // Without the library's timeout, whose timer outlives the socket and keeps a stopped engine from ending.
          if (ack) socket.emit(event, payload, ack);
          else socket.emit(event, payload);
        },
        close: () => void socket.disconnect(true),
      },
      socket.data as AgentHandshake,
    );
    for (const event of Object.keys(agentEventSchemas) as (keyof AgentEvents)[])
      socket.on(event, async (body: unknown, ack: unknown) => {
        const at = event === 'task_complete' ? atFaultPoint : passBy;
        at('received');
        const reply = await answered(() => answer(socket, tasks, event, body, at));
        at('before_ack');
        if (typeof ack === 'function') ack(reply);
        at('after_ack');
      });
    socket.on('disconnect', () => tasks.disconnect(socket.id));
  });
}
