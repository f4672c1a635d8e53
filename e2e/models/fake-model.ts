import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked: the messages' text, and the request around it. */
export interface Question {
  system: string;
  user: string;
  /** The symbol that stands in the question. */
  symbol: string;
  messages: { role: string; content: string }[];
  body: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

/** What the server does with a question. */
export type Play =
  /** Answers with this text, as a stream or as one whole. */
  | { is: 'says'; content: string; whole?: boolean; usage?: { prompt_tokens: number; completion_tokens: number } }
  | { is: 'status'; status: number; headers?: Record<string, string>; body?: string; text?: string }
  /** Begins an answer and says no more, or ends the connection. */
  | { is: 'stalls' }
  | { is: 'breaks' }
  | { is: 'silent' }
  /** One byte at a time. */
  | { is: 'trickles'; everyMs: number }
  /** So many bytes: within one event, or as ever more of them; forever where there is no number. */
  | { is: 'floods'; bytes: number | null; events: boolean }
  /** This body as it is. */
  | { is: 'raw'; type: string; body: string };

export interface FakeModel {
  /** The base address of an OpenAI-compatible server. */
  readonly url: string;
  readonly host: string;
  readonly heard: Question[];
  /** From now on. */
  plays(what: Play | ((question: Question) => Play)): void;
  /** Nobody listens any more, until it is opened again. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

const OPINION = { signal: 'BUY', confidence: 0.8, risk_score: 0.3, reasoning: 'Higher lows.' };

/** What a good model says of whatever it is asked about. */
export const opinion =
  (given: Partial<typeof OPINION> = {}, usage = { prompt_tokens: 900, completion_tokens: 100 }) =>
  ({ symbol }: Question): Play => ({ is: 'says', content: JSON.stringify({ symbol, ...OPINION, ...given }), usage });

const event = (given: object): string => `data: ${JSON.stringify(given)}\n\n`;
const piece = (content: string): string => event({ choices: [{ delta: { content } }] });

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}

function questionIn(text: string, headers: IncomingMessage['headers']): Question {
  const json = JSON.parse(text) as { messages: Question['messages'] } & Record<string, unknown>;
  const said = (role: string): string => json.messages.find((one) => one.role === role)?.content ?? '';
  const symbol = /^DATA symbol (".*")$/m.exec(said('user'))?.[1];
  return {
    system: said('system'),
    user: said('user'),
    symbol: symbol === undefined ? '' : (JSON.parse(symbol) as string),
    messages: json.messages,
    body: json,
    headers,
  };
}

/** Writes as fast as the other side reads, and stops when it is gone. */
function pour(response: ServerResponse, part: () => string | null): void {
  const more = (): void => {
    for (;;) {
      if (response.destroyed) return;
      const next = part();
      if (next === null) return void response.end();
      if (!response.write(next)) return void response.once('drain', more);
    }
  };
  more();
}

const DEEP = 64 * 1_024;

function flood(response: ServerResponse, { bytes, events }: Extract<Play, { is: 'floods' }>): void {
  const filler = 'x'.repeat(DEEP);
  let left = bytes ?? Number.POSITIVE_INFINITY;
  let begun = false;
  pour(response, () => {
    if (left <= 0) return null;
    left -= DEEP;
    if (events) return piece(filler);
    const part = begun ? filler : `data: {"choices":[{"delta":{"content":"${filler}`;
    begun = true;
    return part;
  });
}

function act(play: Play, response: ServerResponse): void {
  const stream = { 'content-type': 'text/event-stream' };
  switch (play.is) {
    case 'says': {
      const usage = play.usage ?? null;
      if (play.whole) {
        response.writeHead(200, { 'content-type': 'application/json' });
        const choices = [{ message: { role: 'assistant', content: play.content }, finish_reason: 'stop' }];
        return void response.end(JSON.stringify({ choices, usage }));
      }
      response.writeHead(200, stream);
      const half = Math.ceil(play.content.length / 2);
      for (const part of [play.content.slice(0, half), play.content.slice(half)]) response.write(piece(part));
      response.write(event({ choices: [{ delta: {}, finish_reason: 'stop' }] }));
      if (usage) response.write(event({ choices: [], usage }));
      return void response.end('data: [DONE]\n\n');
    }
    case 'status':
      response.writeHead(play.status, play.text ?? '', { 'content-type': 'application/json', ...play.headers });
      return void response.end(play.body ?? '{}');
    case 'stalls':
      response.writeHead(200, stream);
      return void response.write(piece('{"symbol":'));
    case 'breaks':
      response.writeHead(200, stream);
      return void response.write(piece('{"symbol":'), () => response.destroy());
    case 'silent':
      return;
    case 'trickles': {
      response.writeHead(200, stream);
      const letters = [...piece('{"symbol":"'.repeat(1_000))].values();
      const timer = setInterval(() => response.write(letters.next().value ?? ' '), play.everyMs);
      return void response.once('close', () => clearInterval(timer));
    }
    case 'floods':
      response.writeHead(200, stream);
      return flood(response, play);
    case 'raw':
      response.writeHead(200, { 'content-type': play.type });
      return void response.end(play.body);
  }
}

const closers: (() => unknown)[] = [];
/** Ends what was started; for the end of a test. */
export async function closeFakeModels(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

/** An OpenAI-compatible server on loopback that does what a test says, and remembers what it was asked. */
export async function startFakeModel(): Promise<FakeModel> {
  const heard: Question[] = [];
  let next: (question: Question) => Play = opinion();
  const server = createServer((request, response) => {
    response.on('error', () => {});
    body(request)
      .then((text) => {
        if (request.method !== 'POST' || !request.url?.endsWith('/chat/completions'))
          return act({ is: 'status', status: 404 }, response);
        const question = questionIn(text, request.headers);
        heard.push(question);
        act(next(question), response);
      })
      // The other side is gone, or sent what is no question.
      .catch(() => response.destroy());
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
  const port = await listen(0);
  const shut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  closers.push(shut);
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}/v1`,
    host,
    heard,
    plays(what) {
      next = typeof what === 'function' ? what : () => what;
    },
    shut,
    open: async () => void (await listen(port)),
  };
}
