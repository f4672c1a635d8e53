/** How much of a message is looked at: enough for its type and the number that its ack has to name. */
const HEAD_BYTES = 64;

export interface Message {
  head: string;
  bytes: number;
  /** All of it, where it was asked for. */
  text: string | null;
}

/** Takes a server's WebSocket frames apart (RFC 6455, none of them masked) without decoding what is in them. */
export class Frames {
  readonly #told: (message: Message) => void;
  /** Whether the next messages are to be kept whole. */
  whole = false;
  /** Bytes of a frame's header that has not come as a whole. */
  #header = Buffer.alloc(0);
  #left = 0;
  #length = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;

  constructor(told: (message: Message) => void) {
    this.#told = told;
  }

  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) {
        rest = this.#begin(rest);
        if (this.#left === 0) continue;
      }
      const part = rest.subarray(0, this.#left);
      if (this.whole || this.#keptBytes < HEAD_BYTES) this.#keep(part);
      this.#left -= part.length;
      rest = rest.subarray(part.length);
      if (this.#left === 0) this.#end();
    }
  }

  /** Reads a header, or keeps what there is of it; returns what comes behind. */
  #begin(chunk: Buffer): Buffer {
    const all = this.#header.length > 0 ? Buffer.concat([this.#header, chunk]) : chunk;
    const short = all.length < 2 ? 0 : (all[1] as number) & 0x7f;
    const size = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (all.length < size) {
      this.#header = Buffer.from(all);
      return Buffer.alloc(0);
    }
    this.#header = Buffer.alloc(0);
    this.#length = size === 2 ? short : size === 4 ? all.readUInt16BE(2) : Number(all.readBigUInt64BE(2));
    this.#left = this.#length;
    return all.subarray(size);
  }

  #keep(part: Buffer): void {
    // A copy: the chunk is the socket's.
    this.#kept.push(Buffer.from(this.whole ? part : part.subarray(0, HEAD_BYTES)));
    this.#keptBytes += part.length;
  }

  #end(): void {
    const kept = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#told({
      head: kept.toString('latin1', 0, HEAD_BYTES),
      bytes: this.#length,
      text: kept.length === this.#length ? kept.toString('utf8') : null,
    });
  }
}

/** One text frame as a client sends it: masked, here with zeros. Short messages only. */
export function clientFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const long = body.length > 125;
  const head = long
    ? Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff])
    : Buffer.from([0x81, 0x80 | body.length]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}
