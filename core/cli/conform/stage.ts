import {
  isTradingTaskType,
  requiredCapabilities,
  TASK_CAPABILITY_MAP,
  type TradingTaskType,
} from '../../contract/task.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Disposer } from '../../kit/disposers.ts';
import { AgentProcess } from './agent-process.ts';
import type { Given } from './given.ts';
import type { ScriptedEngine, Session } from './scripted-engine.ts';

const LOOK_MS = 20;
/** How long a client may take to connect again: libraries wait up to 5 s between attempts. */
const RECONNECT_MS = 12_000;

export interface StageOptions {
  engine: ScriptedEngine;
  clock: Clock;
  command: string;
  /** How long the agent may take to start, and for one task. */
  patienceMs: number;
}

/** Where a check is played: the scripted engine, the agent's process, and ways to wait for what they do. */
export class Stage {
  readonly engine: ScriptedEngine;
  readonly clock: Clock;
  readonly patienceMs: number;
  readonly #command: string;
  #agent: AgentProcess | null = null;

  constructor({ engine, clock, command, patienceMs }: StageOptions) {
    this.engine = engine;
    this.clock = clock;
    this.patienceMs = patienceMs;
    this.#command = command;
  }

  /** How the agent's process ended, and its last words; null while it runs. */
  get ended(): string | null {
    const agent = this.#agent;
    if (!agent || agent.ended === null) return null;
    return agent.lastWords === '' ? agent.ended : `${agent.ended}, and last said: ${agent.lastWords}`;
  }

  get session(): Session | null {
    return this.engine.session;
  }

  /** Starts the agent's command and waits for its connection; null where none comes. */
  async start(): Promise<Session | null> {
    await this.end();
    this.engine.expectAnother();
    this.#agent = new AgentProcess(this.#command, {
      AURORA_URL: this.engine.wire.url,
      AURORA_TOKEN: this.engine.agentToken,
      AURORA_OPERATOR_TOKEN: this.engine.operatorToken,
    });
    return this.until(() => this.session, this.patienceMs);
  }

  /** The agent as it is, or a fresh one where it is gone. */
  async ready(): Promise<Session | null> {
    return (this.ended === null && this.session) || this.start();
  }

  /** SIGKILL, and the end of its connection. */
  async end(): Promise<void> {
    await this.#agent?.kill();
    this.#agent = null;
    await this.until(() => !this.session, RECONNECT_MS);
  }

  /** Where nobody can wait. */
  close(): void {
    this.#agent?.end();
    this.engine.close();
  }

  /** What `look` finds, or null when the time is over or the agent's process has ended. */
  until<T>(look: () => T | null | undefined | false, ms: number): Promise<T | null> {
    const over = this.clock.monotonic() + ms;
    return new Promise((resolve) => {
      const done = (found: T | null): void => {
        stop();
        resolve(found);
      };
      const stop: Disposer = this.clock.every(LOOK_MS, () => {
        const found = look();
        if (found) return done(found);
        if (this.clock.monotonic() >= over || (this.#agent && this.#agent.ended !== null)) done(null);
      });
    });
  }

  /** Lets time pass in which nothing is expected to happen; ends early where `look` finds that it did. */
  meanwhile<T>(ms: number, look: () => T | null | undefined | false = () => null): Promise<T | null> {
    return this.until(look, ms);
  }

  /** A connection that came after another. */
  reconnected(after: Session): Promise<Session | null> {
    return this.until(() => this.session !== after && this.session, RECONNECT_MS);
  }

  /** The nth completion of a task; null where it does not come. */
  async completion(given: Given, nth = 1): Promise<Given['completions'][number] | null> {
    await this.until(() => given.completions.length >= nth || given.failures.length > 0, this.patienceMs);
    return given.completions[nth - 1] ?? null;
  }

  /** The trading task types that its capabilities allow it. */
  taskTypes(): TradingTaskType[] {
    const has = this.session?.handshake.capabilities ?? {};
    const own = (name: string): boolean => Object.hasOwn(has, name) && has[name] === true;
    return Object.keys(TASK_CAPABILITY_MAP).filter(
      (type): type is TradingTaskType => isTradingTaskType(type) && requiredCapabilities(type).every(own),
    );
  }
}
