import type { Clock } from '../kit/clock.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { tokensAtMost } from '../kit/tokens.ts';
import { ANSWER_RULES, type Reading, readAnswer } from './answer.ts';
import type { Amount, Budget } from './budget.ts';
import type { ChatReply } from './chat-answer.ts';
import type { ChatClient, Message } from './chat-client.ts';
import { type Pass, SovereignCircuit } from './circuit.ts';
import { ModelFailure } from './failure.ts';
import {
  type Asked,
  type Model,
  type ModelAnswer,
  type ModelState,
  type Patience,
  PROMPT_TOKENS_MIN,
  type Usage,
} from './model.ts';

/** US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

export interface RemoteModelOptions {
  name: string;
  client: Pick<ChatClient, 'ask'>;
  /** Tokens that prompt and answer may take together, and of these the answer. */
  contextTokens: number;
  outputTokens: number;
  /** Null where it is not known. */
  price: Price | null;
  /** Shared by all models of a process. */
  budget: Budget;
  /** Whether nothing else is asked while the budget is used up. */
  stopAtCap: boolean;
  /** How long one answer may take, ms: retries, waits and the second try included. */
  answerMs: number;
  circuitMs: number;
  clock: Clock;
  ids: Pick<Ids, 'id'>;
  log: Log;
}

const RULES = `\n${ANSWER_RULES}`;
const TRIES = 3;
const FIRST_WAIT_MS = 500;
/** No server is waited for longer, whatever it asks. */
const WAIT_MAX_MS = 60_000;
/** Role marks and the like that a server puts around messages. */
const ENVELOPE_TOKENS = 64;
/** As much of a bad answer as is shown to the model again. */
const SHOWN_AGAIN = 1_000;
/** So that a result with it fits in a message, however it is escaped. */
const RAW_MAX = 32_768;

/** A language model behind an HTTP server: asked with care, paid from a budget, left alone while it fails. */
export class RemoteModel implements Model<Asked> {
  readonly name: string;
  readonly #to: RemoteModelOptions;
  readonly #circuit: SovereignCircuit;
  readonly #listeners = new Set<() => void>();
  /** Tokens that a question may take: less than the settings say once the server has said so. */
  #room: number;

  constructor(options: RemoteModelOptions) {
    const { name, clock, circuitMs, budget, contextTokens, outputTokens } = options;
    this.name = name;
    this.#room = contextTokens - outputTokens - ENVELOPE_TOKENS - tokensAtMost(RULES);
    this.#to = options;
    this.#circuit = new SovereignCircuit({ clock, openMs: circuitMs, onChange: () => this.#changed() });
    budget.onChange(() => this.#changed());
  }

  state(): ModelState {
    const capped = this.#isPaid ? this.#to.budget.shut() : null;
    if (capped !== null) return { is: this.#to.stopAtCap ? 'capped' : 'open', reason: `${this.name}: ${capped}` };
    return this.#circuit.state;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#circuit.close();
    this.#listeners.clear();
  }

  async answer(asked: Asked, { signal, until }: Patience): Promise<ModelAnswer> {
    const { clock, answerMs } = this.#to;
    const patience = { signal, until: Math.min(until, clock.monotonic() + answerMs) };
    const pass = this.#circuit.enter();
    if (!pass) throw new ModelFailure('shut', this.#whyShut());
    try {
      const answer = await this.#fitting(asked, patience);
      pass.succeeded();
      return answer;
    } catch (error) {
      this.#count(error, pass);
      throw error;
    }
  }

  get #isPaid(): boolean {
    const { price } = this.#to;
    return price === null || price.input > 0 || price.output > 0;
  }

  /** The answer to as much of the question as the server takes. */
  async #fitting(asked: Asked, patience: Patience): Promise<ModelAnswer> {
    for (;;) {
      const { system, user, context_tier } = asked.prompt(this.#room);
      const messages: Message[] = [
        { role: 'system', content: system + RULES },
        { role: 'user', content: user },
      ];
      try {
        return { ...(await this.#opinion(asked.symbol, messages, patience)), context_tier };
      } catch (error) {
        const tooLong = error instanceof ModelFailure && error.fault === 'too_long';
        if (!tooLong || this.#room <= PROMPT_TOKENS_MIN) throw error;
        const half = Math.floor(Math.min(this.#room, tokensAtMost(system + user)) / 2);
        this.#room = Math.max(PROMPT_TOKENS_MIN, half);
        this.#to.log.warn({ model: this.name, tokens: this.#room }, `${error.message}; it is told less from now on`);
      }
    }
  }

  async #opinion(
    symbol: string,
    messages: readonly Message[],
    patience: Patience,
  ): Promise<Omit<ModelAnswer, 'context_tier'>> {
    const first = await this.#untilAnswered(messages, patience);
    const replies = [first];
    let reading: Reading = readAnswer(first.text, symbol);
    if (reading.is === 'unusable' && reading.mend) {
      this.#to.log.info({ model: this.name, reason: reading.why }, 'an answer is asked for anew');
      const again: Message[] = [
        { role: 'assistant', content: first.text.slice(0, SHOWN_AGAIN).toWellFormed() },
        { role: 'user', content: `That cannot be used: ${reading.why}. ${ANSWER_RULES}` },
      ];
      const second = await this.#untilAnswered([...messages, ...again], patience);
      replies.push(second);
      reading = readAnswer(second.text, symbol);
    }
    if (reading.is === 'unusable')
      throw new ModelFailure('unusable', `the answer of ${this.name} cannot be used: ${reading.why}`, { billed: true });
    return {
      ...reading.opinion,
      raw_content: (replies.at(-1) ?? first).text.slice(0, RAW_MAX),
      usage: this.#usage(replies),
    };
  }

  /** One answer, with other tries where the server was busy or out of reach. */
  async #untilAnswered(messages: readonly Message[], patience: Patience): Promise<ChatReply> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(messages, patience);
      } catch (error) {
        const wait = error instanceof ModelFailure ? this.#waitAfter(error, attempt) : null;
        const { clock, log } = this.#to;
        if (wait === null || clock.monotonic() + wait >= patience.until) throw error;
        log.info(
          { model: this.name, wait_ms: Math.round(wait), reason: (error as Error).message },
          'a model is asked again',
        );
        await this.#pause(wait, patience.signal);
      }
    }
  }

  async #once(messages: readonly Message[], patience: Patience): Promise<ChatReply> {
    const { client, outputTokens, budget } = this.#to;
    const input = messages.reduce((sum, { content }) => sum + tokensAtMost(content), ENVELOPE_TOKENS);
    const need = this.#amount({ input_tokens: input, output_tokens: outputTokens });
    const reserved = this.#isPaid ? budget.reserve(need) : null;
    if (this.#isPaid && !reserved)
      throw new ModelFailure(this.#to.stopAtCap ? 'capped' : 'shut', `${this.name}: ${budget.shut()}`);
    let used: Amount = need;
    try {
      const reply = await client.ask(messages, outputTokens, patience);
      if (reply.usage) used = this.#amount(reply.usage);
      return reply;
    } catch (error) {
      if (error instanceof ModelFailure && !error.billed) used = { tokens: 0, usd: 0 };
      throw error;
    } finally {
      reserved?.settle(used);
    }
  }

  /** Null where another try cannot help. */
  #waitAfter({ fault, retryAfterMs }: ModelFailure, attempt: number): number | null {
    if ((fault !== 'overloaded' && fault !== 'unreachable') || attempt + 1 >= TRIES) return null;
    const wait = FIRST_WAIT_MS * 2 ** attempt;
    return Math.min(WAIT_MAX_MS, retryAfterMs ?? 0) + wait * (0.5 + 0.5 * share(this.#to.ids.id()));
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        stop();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const stop = this.#to.clock.after(ms, end);
      signal.addEventListener('abort', end);
    });
  }

  #count(error: unknown, pass: Pass): void {
    if (!(error instanceof ModelFailure)) return pass.returned();
    const { fault, message, retryAfterMs } = error;
    if (fault === 'stopped' || fault === 'capped' || fault === 'shut') return pass.returned();
    this.#to.log.warn({ model: this.name, fault, reason: message }, 'a model gave no answer');
    pass.failed(message);
    if (this.#circuit.state.is !== 'ready') return;
    if (fault === 'misconfigured' || fault === 'too_long') this.#circuit.trip(message, this.#to.circuitMs);
    else if (retryAfterMs) this.#circuit.trip(message, Math.min(WAIT_MAX_MS, retryAfterMs));
  }

  #whyShut(): string {
    const state = this.#circuit.state;
    return state.is === 'ready' ? this.name : `${this.name} is left alone for a while: ${state.reason}`;
  }

  #usage(replies: readonly ChatReply[]): Usage | null {
    const counts = replies.map(({ usage }) => usage);
    if (counts.some((one) => one === null)) return null;
    const [input_tokens, output_tokens] = (['input_tokens', 'output_tokens'] as const).map((name) =>
      counts.reduce((sum, one) => sum + (one?.[name] ?? 0), 0),
    ) as [number, number];
    const { price } = this.#to;
    return { input_tokens, output_tokens, cost_usd: price && cost({ input_tokens, output_tokens }, price) };
  }

  #amount(counts: { input_tokens: number; output_tokens: number }): Amount {
    const { price } = this.#to;
    return { tokens: counts.input_tokens + counts.output_tokens, usd: price ? cost(counts, price) : 0 };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** To a millionth of a cent. */
const cost = (counts: { input_tokens: number; output_tokens: number }, { input, output }: Price): number =>
  Number(((counts.input_tokens * input + counts.output_tokens * output) / 1e6).toFixed(8));

/** Between 0 and 1, by the first digits of a random id. */
const share = (id: string): number => (Number.parseInt(id.replace(/\W/g, '').slice(0, 8), 16) || 0) / 2 ** 32;
