import type { Namespace } from 'socket.io';
import { PROTOCOL_VERSION, type Refusal, refusal } from '../contract/messages.ts';
import { paintedSchema, type ViewerHandshake, viewerHandshakeSchema } from '../contract/sidebar.ts';
import type { Clock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { identify, type Tokens } from './access.ts';
import { answered } from './answered.ts';
import { command } from './commands.ts';
import { refusedHandshake } from './handshake.ts';
import { Notices } from './notices.ts';
import type { OperatorDesk, Screen, Tasks } from './ports.ts';
import { limitRate, VIEWER_RATE, WORK_RATE } from './rate-limit.ts';

/** Seats above those of all viewers, so that a crowd of viewers cannot lock an operator out. */
const OPERATOR_SEATS = 4;
/** A page says what it has painted once a second; what comes much sooner than that is not counted. */
const PAINTED_MS = 900;

interface Viewer {
  handshake: ViewerHandshake;
  operator: boolean;
}

function admit(auth: unknown, tokens: Tokens): Viewer | Refusal {
  const parsed = viewerHandshakeSchema.safeParse(auth);
  if (!parsed.success)
    return refusal(
      'invalid_message',
      `auth.${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
    );
  const identity = identify(tokens, parsed.data.token);
  if (!identity) return refusal('unauthorized', "this token is nobody's: open the address that the engine printed");
  if (identity.role === 'agent') return refusal('forbidden', "an agent's token may not watch the sidebar");
  if (parsed.data.protocol !== PROTOCOL_VERSION)
    return refusal('protocol_version', `this engine speaks protocol ${PROTOCOL_VERSION}`);
  return { handshake: parsed.data, operator: identity.role === 'operator' };
}

export interface SidebarOptions {
  tokens: () => Tokens;
  screen: Screen;
  tasks: Tasks;
  desk: OperatorDesk | undefined;
  clock: Clock;
  /** How many may watch at the same time; operators have a few seats more. */
  viewers: number;
}

/** The viewers' door: snapshot, then what is new, one batch in flight. */
export function serveSidebar(
  namespace: Namespace,
  { tokens, screen, tasks, desk, clock, viewers }: SidebarOptions,
): Disposer {
  const notices = new Notices(namespace, screen, clock);
  namespace.use((socket, next) => {
    const admitted = admit(socket.handshake.auth, tokens());
    if ('ok' in admitted) return next(refusedHandshake(admitted));
    if (namespace.sockets.size >= viewers + (admitted.operator ? OPERATOR_SEATS : 0))
      return next(refusedHandshake(tooMany(viewers)));
    socket.data = admitted;
    next();
  });
  namespace.on('connection', (socket) => {
    const { handshake, operator } = socket.data as Viewer;
    const stop = screen.feed(handshake, (event, payload, acked) => socket.emit(event, payload, acked));
    notices.welcome(socket);
    limitRate(socket, operator ? WORK_RATE : VIEWER_RATE, clock);
    socket.on('painted', paintReader(screen, clock));
    socket.on('command', async (body: unknown, ack: unknown) => {
      const reply = await answered(() => command({ tasks, desk }, operator, body));
      if (typeof ack === 'function') ack(reply);
    });
    socket.on('disconnect', stop);
  });
  return notices.start();
}

const tooMany = (viewers: number): Refusal =>
  refusal(
    'too_many_viewers',
    `${viewers} viewers are watching already: close one, or start the engine with a higher --max-viewers`,
    true,
  );

/** Takes what a page says of its paints, as often as it may say it. */
function paintReader(screen: Screen, clock: Clock): (body: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (body) => {
    const painted = paintedSchema.safeParse(body);
    if (!painted.success || clock.monotonic() - last < PAINTED_MS) return;
    last = clock.monotonic();
    screen.painted(painted.data);
  };
}
