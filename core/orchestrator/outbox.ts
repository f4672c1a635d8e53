import type { Fact, Outcome } from '../contract/facts.ts';
import type { EngineToAgent, Reply } from '../contract/messages.ts';
import type { LogFields } from '../kit/log.ts';
import type { CompletionMessage, ConnectionId, Effect, Instant, OrchestratorNews, ReplyRef } from './events.ts';

/** What happens once the outcome of a fact is known. */
export type Continuation = (outcome: Outcome, at: Instant) => void;

/** Collects the effects of one step, and remembers what is to happen once a fact's outcome is known. */
export class Outbox {
  #effects: Effect[] = [];
  #lastRef = 0;
  readonly #pending = new Map<number, Continuation>();

  take(): Effect[] {
    return this.#effects.splice(0);
  }

  write(fact: Fact, then: Continuation): void {
    const ref = ++this.#lastRef;
    this.#pending.set(ref, then);
    this.#effects.push({ type: 'write', ref, fact });
  }

  written(ref: number, outcome: Outcome, at: Instant): void {
    const then = this.#pending.get(ref);
    this.#pending.delete(ref);
    then?.(outcome, at);
  }

  send<E extends keyof EngineToAgent>(connection: ConnectionId, event: E, payload: EngineToAgent[E]): void {
    this.#effects.push({ type: 'send', connection, event, payload } as Effect);
  }

  reply(to: ReplyRef, body: Reply): void {
    this.#effects.push({ type: 'reply', to, body });
  }

  load(message: CompletionMessage): void {
    this.#effects.push({ type: 'load', message });
  }

  disconnect(connection: ConnectionId): void {
    this.#effects.push({ type: 'disconnect', connection });
  }

  /** One structured line, which is counted under its name too. */
  log(level: 'info' | 'warn', news: OrchestratorNews, fields: LogFields): void {
    this.#effects.push({ type: 'log', level, news, fields });
  }
}
