import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

const START_MS = 15_000;
const LOOK_MS = 20;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export const hasRedis = (): boolean => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** Each write is on the disk before it is answered. */
export const DURABLE = { appendonly: 'yes', appendfsync: 'always' };

/** A Redis with a port and a folder of its own, on loopback, that may be ended and started again. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #more: Readonly<Record<string, string>>;
  readonly #password: string | null;
  #child: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(port: number, folder: string, more: Readonly<Record<string, string>>, password: string | null) {
    this.port = port;
    this.folder = folder;
    this.#more = more;
    this.#password = password;
  }

  /** `more` are options of redis-server, `password` that of its default user; without any it keeps nothing on the disk. */
  static async start(
    folder: string,
    more: Readonly<Record<string, string>> = {},
    password: string | null = null,
  ): Promise<RedisServer> {
    const server = new RedisServer(Number(await freePort()), folder, more, password);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const options = { port: this.port, bind: '127.0.0.1', dir: this.folder, save: '', ...this.#more };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    this.#child = child;
    running.add(child);
    child.once('close', () => running.delete(child));
    this.#ended = new Promise((resolve) => {
      child.once('close', resolve);
      child.once('error', resolve);
    });
    await Promise.race([this.#answers(), this.#ended.then(() => Promise.reject(new Error('redis-server ended')))]);
  }

  /** Asks it one command by a connection of its own. */
  async ask(command: string, ...args: (string | number)[]): Promise<unknown> {
    const client = this.#client();
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** It stands still: connections stay, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.resume();
    this.#child?.kill();
    await this.#ended;
  }

  #client(): Redis {
    const client = new Redis({
      port: this.port,
      ...(this.#password === null ? {} : { password: this.#password }),
      retryStrategy: () => LOOK_MS,
      maxRetriesPerRequest: START_MS / LOOK_MS,
    });
    client.on('error', () => {});
    return client;
  }

  async #answers(): Promise<void> {
    const client = this.#client();
    try {
      await client.ping();
    } finally {
      client.disconnect();
    }
  }
}
