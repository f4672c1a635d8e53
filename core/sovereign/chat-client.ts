import type { Clock } from '../kit/clock.ts';
import { ANSWER_SCHEMA } from './answer.ts';
import { CallLimit } from './call-limit.ts';
import { ChatAnswer, type ChatReply } from './chat-answer.ts';
import { ModelFailure } from './failure.ts';
import { networkFailure, retryAfter, type ServerWords, statusFailure } from './http-fault.ts';
import type { Patience } from './model.ts';
import { ServerEvents } from './server-events.ts';

export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** An OpenAI-compatible server and the model on it. */
export interface ChatServer {
  /** The model as the user named it, for sentences and records. */
  name: string;
  /** The model as the server knows it. */
  model: string;
  /** Up to and without `/chat/completions`. */
  url: URL;
  key: string | null;
  keyHint: string;
  /** How it holds a model to JSON: by a schema, to some object, or not at all. */
  structured: 'json_schema' | 'json_object' | 'none';
  /** What it calls the bound on an answer's tokens. */
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
  /** Whether a stream says what it took only where asked. */
  askUsage: boolean;
}

export interface ChatOptions {
  server: ChatServer;
  clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  idleMs: number;
}

/** An answer that is longer than this is no answer. */
const BYTES_MAX = 1_024 * 1_024;
const ERROR_BYTES_MAX = 16 * 1_024;

/** A client of one chat model that trusts nothing which comes back; one call is one HTTP request. */
export class ChatClient {
  readonly #to: ChatOptions;
  readonly #words: ServerWords;
  readonly #url: string;
  /** The server has refused what makes an answer well-formed, so that is left out. */
  #plain = false;

  constructor(options: ChatOptions) {
    this.#to = options;
    const { name, url, keyHint } = options.server;
    this.#words = { name, origin: url.origin, keyHint };
    this.#url = `${url.href.replace(/\/+$/, '')}/chat/completions`;
  }

  /** Throws ModelFailure. */
  async ask(messages: readonly Message[], maxTokens: number, patience: Patience): Promise<ChatReply> {
    const { clock, idleMs, server } = this.#to;
    const limit = new CallLimit({ clock, patience, idleMs, name: server.name });
    try {
      const response = await this.#post(messages, maxTokens, limit);
      return await this.#read(response, limit);
    } finally {
      limit.close();
    }
  }

  async #post(messages: readonly Message[], maxTokens: number, limit: CallLimit): Promise<Response> {
    const { server, clock } = this.#to;
    const response = await this.#during(limit, false, () =>
      fetch(this.#url, {
        method: 'POST',
        // A key goes to the address that was named, and nowhere else.
        redirect: 'error',
        signal: limit.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream, application/json',
          'accept-encoding': 'identity',
          ...(server.key === null ? {} : { authorization: `Bearer ${server.key}` }),
        },
        body: JSON.stringify({
          model: server.model,
          messages,
          stream: true,
          [server.tokenLimit]: maxTokens,
          ...(this.#plain ? {} : shaping(server)),
        }),
      }),
    );
    if (response.ok) return response;
    const body = await this.#during(limit, false, () => upTo(ERROR_BYTES_MAX, response));
    const failure = statusFailure(response.status, body, retryAfter(response.headers, clock.now()), this.#words);
    const unshaped = failure.fault !== 'too_long' && (response.status === 400 || response.status === 422);
    if (!unshaped || this.#plain || Object.keys(shaping(server)).length === 0) throw failure;
    this.#plain = true;
    return this.#post(messages, maxTokens, limit);
  }

  async #read(response: Response, limit: CallLimit): Promise<ChatReply> {
    const answer = new ChatAnswer(this.#to.server);
    const events = response.headers.get('content-type')?.startsWith('text/event-stream') ? new ServerEvents() : null;
    const whole: string[] = [];
    for await (const part of this.#parts(response, limit)) {
      if (events) for (const event of events.push(part)) answer.take(event);
      else whole.push(part);
      // A model may think for long before it says its first word, but then goes on.
      if (answer.begun) limit.heard();
    }
    for (const event of events ? events.end() : [whole.join('')]) answer.take(event);
    return answer.reply();
  }

  /** The body as text, piece by piece, and no more of it than an answer may have. */
  async *#parts(response: Response, limit: CallLimit): AsyncGenerator<string> {
    const reader = response.body?.getReader();
    if (!reader) return;
    const decoder = new TextDecoder();
    let bytes = 0;
    try {
      for (;;) {
        const { done, value } = await this.#during(limit, true, () => reader.read());
        if (done) break;
        bytes += value.byteLength;
        if (bytes > BYTES_MAX)
          throw new ModelFailure('too_large', `${this.#words.name} sent more than ${BYTES_MAX / 1_024} KiB`, {
            billed: true,
          });
        yield decoder.decode(value, { stream: true });
      }
      yield decoder.decode();
    } finally {
      // Ends the connection where more would come.
      void reader.cancel().catch(() => {});
    }
  }

  /** What the network does wrong becomes a failure of ours; so does an end that the limit has set. */
  async #during<T>(limit: CallLimit, billed: boolean, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      throw limit.signal.aborted ? limit.signal.reason : networkFailure(error, this.#words, billed);
    }
  }
}

/** What holds the answer to its form, and asks what it took. */
function shaping({ structured, askUsage }: ChatServer): Record<string, unknown> {
  const format = {
    json_schema: { type: 'json_schema', json_schema: { name: 'opinion', strict: true, schema: ANSWER_SCHEMA } },
    json_object: { type: 'json_object' },
    none: null,
  }[structured];
  return {
    ...(format ? { response_format: format } : {}),
    ...(askUsage ? { stream_options: { include_usage: true } } : {}),
  };
}

/** The first bytes of an error's body. */
async function upTo(most: number, response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length < most) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  void reader?.cancel().catch(() => {});
  return text.slice(0, most);
}
