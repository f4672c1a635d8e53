import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';

interface Body {
  text: string;
  bytes: Buffer;
}

interface Encoded {
  text: string;
  head: string;
  body: Body;
}

/** A packet as engine.io's `packetCreate` shows it; of a frame all parts are written as they are. */
interface EnginePacket {
  data?: unknown;
  options: { wsPreEncodedFrame?: Buffer[] };
}

const FINAL_TEXT = 0x81;

/**
 * Encodes once what goes to many sockets of a namespace: what was made of a payload is kept as long as the
 * payload is, and over WebSocket all get the same bytes behind a head of their own, for a packet's number
 * differs. It is what an ordinary client expects; where engine.io takes no frame, it sends the text.
 */
export class SharedFrames {
  /** For socket.io's option of this name. */
  readonly parser: { Encoder: typeof Encoder; Decoder: typeof Decoder };
  readonly #namespace: string;
  readonly #bodies = new WeakMap<object, Body>();
  readonly #rows = new WeakMap<object, string>();
  #last: Encoded | null = null;

  constructor(namespace: string) {
    this.#namespace = namespace;
    const shared = (packet: Packet): string | null => this.#encode(packet);
    class SharingEncoder extends Encoder {
      override encode(packet: Packet): (string | Buffer)[] {
        const text = shared(packet);
        return text === null ? super.encode(packet) : [text];
      }
    }
    this.parser = { Encoder: SharingEncoder, Decoder };
  }

  /** Lets a connection of engine.io have the shared bytes. */
  attach(connection: { on(event: 'packetCreate', listener: (packet: EnginePacket) => void): unknown }): void {
    connection.on('packetCreate', (packet) => this.#frame(packet));
  }

  #encode({ type, nsp, data, id }: Packet): string | null {
    this.#last = null;
    if (type !== PacketType.EVENT || nsp !== this.#namespace) return null;
    const [event, payload] = data as [string, object];
    const head = `${type}${nsp},${id ?? ''}[${JSON.stringify(event)},`;
    const body = this.#bodyOf(payload);
    // The pieces are not copied together here: with a frame nobody ever asks for the whole text.
    const text = head + body.text;
    this.#last = { text, head, body };
    return text;
  }

  #frame(packet: EnginePacket): void {
    const last = this.#last;
    this.#last = null;
    if (last === null || packet.data !== last.text) return;
    const head = Buffer.from(`4${last.head}`);
    const { bytes } = last.body;
    packet.options.wsPreEncodedFrame = [Buffer.concat([frameHeader(head.length + bytes.length), head]), bytes];
  }

  #bodyOf(payload: object): Body {
    const known = this.#bodies.get(payload);
    if (known) return known;
    const text = `${this.#json(payload)}]`;
    const body = { text, bytes: Buffer.from(text) };
    this.#bodies.set(payload, body);
    return body;
  }

  #json(payload: object): string {
    if (Array.isArray(payload)) return this.#rowsJson(payload);
    const members = Object.entries(payload).filter(([, value]) => value !== undefined);
    return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${Array.isArray(value) ? this.#rowsJson(value) : JSON.stringify(value)}`).join(',')}}`;
  }

  #rowsJson(rows: readonly unknown[]): string {
    return `[${rows.map((row) => (typeof row === 'object' && row !== null ? this.#rowJson(row) : JSON.stringify(row))).join(',')}]`;
  }

  #rowJson(row: object): string {
    const known = this.#rows.get(row);
    if (known !== undefined) return known;
    const json = JSON.stringify(row);
    this.#rows.set(row, json);
    return json;
  }
}

/** A WebSocket frame's header: final, text, not masked (RFC 6455, 5.2). */
function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([FINAL_TEXT, length]);
  if (length < 65_536) return Buffer.from([FINAL_TEXT, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = FINAL_TEXT;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
