import { Decoder, type Packet, PacketType } from 'socket.io-parser';
import { agentEventSchemas, agentHandshakeSchema } from '../../core/contract/messages.ts';
import { commandSchema, paintedSchema, viewerHandshakeSchema } from '../../core/contract/sidebar.ts';
import { dice } from '../support/dice.ts';
import { mutated } from './mutate.ts';
import { soundPackets } from './packets.ts';

const SCHEMAS = new Map(Object.entries({ ...agentEventSchemas, command: commandSchema, painted: paintedSchema }));
const HANDSHAKES = [agentHandshakeSchema, viewerHandshakeSchema];

export interface Decoded {
  /** Thrown by the decoder, which closes a socket. */
  thrown: number;
  /** Decoded, and refused by the schema of its event. */
  refused: number;
  /** Decoded, of no event that anybody listens to. */
  unheard: number;
  taken: number;
}

/** What a server does with a packet before anything of it counts; says what became of it. */
function decode(text: string): keyof Decoded {
  const decoder = new Decoder();
  let packet: Packet | null = null;
  decoder.on('decoded', (decoded: Packet) => {
    packet = decoded;
  });
  try {
    decoder.add(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'thrown';
  } finally {
    decoder.destroy();
  }
  return packet ? judged(packet) : 'unheard';
}

function judged({ type, data }: Packet): keyof Decoded {
  if (type === PacketType.CONNECT)
    return HANDSHAKES.some((schema) => schema.safeParse(data).success) ? 'taken' : 'refused';
  if (!Array.isArray(data)) return 'unheard';
  const [event, body] = data as [unknown, unknown];
  const schema = typeof event === 'string' ? SCHEMAS.get(event) : undefined;
  if (!schema) return 'unheard';
  const parsed = schema.safeParse(body);
  if (!parsed.success) return 'refused';
  if (!schema.safeParse(parsed.data).success) throw new Error(`${String(event)}: what was taken is refused again`);
  return 'taken';
}

/** Decodes so many mutated packets; throws where anything but a refusal comes of one. */
export function fuzzDecoder(packets: number, seed: number): Decoded {
  const random = dice(seed);
  const sound = [...soundPackets('/agents'), ...soundPackets('/sidebar')];
  const counts: Decoded = { thrown: 0, refused: 0, unheard: 0, taken: 0 };
  for (let nth = 0; nth < packets; nth += 1) {
    const text = mutated(sound[nth % sound.length] as string, random);
    try {
      counts[decode(text)] += 1;
    } catch (error) {
      throw new Error(`packet ${nth} of seed ${seed} got through: ${JSON.stringify(text)}`, { cause: error });
    }
  }
  if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a packet has changed what all objects have');
  return counts;
}
