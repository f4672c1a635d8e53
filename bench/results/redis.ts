import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort } from '../../e2e/support/free-port.ts';

const START_MS = 5_000;
const LOOK_MS = 20;

export interface RedisServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** A Redis that has each write on the disk before it answers; null where there is no redis-server. */
export async function startRedis(folder: string): Promise<RedisServer | null> {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', dir: folder, appendonly: 'yes', appendfsync: 'always', save: '' };
  const child = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  );
  const missing = new Promise<true>((resolve) => child.once('error', () => resolve(true)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = answers(Number(port));
  if (await Promise.race([missing, ready.then(() => false)])) return null;
  return {
    port: Number(port),
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function answers(port: number): Promise<void> {
  const redis = new Redis({
    port,
    lazyConnect: true,
    retryStrategy: () => LOOK_MS,
    maxRetriesPerRequest: START_MS / LOOK_MS,
  });
  redis.on('error', () => {});
  await redis.ping();
  redis.disconnect();
}
