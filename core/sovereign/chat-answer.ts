import { DEPTH_MAX } from './answer.ts';
import { type Piece, readEnvelope } from './envelope.ts';
import { type Fault, ModelFailure } from './failure.ts';
import { JsonScan } from './json-scan.ts';

/** What came of one call. */
export interface ChatReply {
  text: string;
  /** What the server says it took; null where it does not say. */
  usage: { input_tokens: number; output_tokens: number } | null;
}

/** An answer as it comes together out of the pieces of a stream, or of one whole. */
export class ChatAnswer {
  readonly #name: string;
  readonly #key: string | null;
  readonly #text: string[] = [];
  readonly #scan = new JsonScan();
  #usage: ChatReply['usage'] = null;
  #finish: string | null = null;
  #done = false;

  constructor({ name, key }: { name: string; key: string | null }) {
    this.#name = name;
    this.#key = key;
  }

  /** Whether its first word has come. */
  get begun(): boolean {
    return this.#text.length > 0;
  }

  take(event: string): void {
    if (event.trim() === '[DONE]') {
      this.#done = true;
      return;
    }
    const piece = readEnvelope(event);
    if (!piece) throw this.#failure('unusable', 'sent what is no chat completion');
    this.#add(piece);
  }

  reply(): ChatReply {
    if (this.#finish === 'length')
      throw this.#failure('too_large', 'used up its output_tokens before its answer was whole');
    if (this.#finish === null && !this.#done)
      throw this.#failure('unreachable', 'was cut off in the middle of its answer');
    const said = this.#text.join('');
    // A server that sends the key back must not get it into a record.
    return { text: this.#key ? said.replaceAll(this.#key, '[hidden]') : said, usage: this.#usage };
  }

  #add(piece: Piece): void {
    if (piece.failed) throw this.#failure('overloaded', 'gave up in the middle of its answer');
    if (piece.declined) throw this.#failure('declined', 'declined to answer');
    this.#scan.push(piece.text);
    if (this.#scan.deepest > DEPTH_MAX)
      throw this.#failure('too_large', `nested its answer more than ${DEPTH_MAX} deep`);
    if (piece.text !== '') this.#text.push(piece.text);
    this.#usage = piece.usage ?? this.#usage;
    this.#finish = piece.finish ?? this.#finish;
  }

  #failure(fault: Fault, what: string): ModelFailure {
    return new ModelFailure(fault, `${this.#name} ${what}`, { billed: true });
  }
}
