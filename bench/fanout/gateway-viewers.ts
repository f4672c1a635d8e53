import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { aFolder } from '../../e2e/support/folders.ts';
import { freePort } from '../../e2e/support/free-port.ts';
import { type Run, run, until } from '../../e2e/support/program.ts';
import { RedisServer } from '../../e2e/support/redis.ts';
import { Partner } from '../partner.ts';
import type { CrowdReport, FromCrowd, ToCrowd } from '../viewers/messages.ts';
import { stateOf } from '../viewers/state.ts';
import { Source } from './source.ts';

const CROWD = new URL('../viewers/crowd.ts', import.meta.url);
const TOKEN = 'a-token-of-the-benchmark';
const TICK_MS = 5;
/** Of the viewers of a gateway so many decode what they get, as a page does; the others count and ack it. */
const DECODING = 4;
/** What the kernel counts processor time in. */
const TICKS_PER_SECOND = 100;

export interface Fanout {
  gateways: number;
  viewers: number;
  rate: number;
  symbols: number;
  seconds: number;
}

export interface FanoutReport extends Fanout {
  /** Milliseconds from before the commit until a decoding viewer has the row, the worst gateway's. */
  latency: { p50: number; p99: number };
  /** Share of a core that each gateway took. */
  cpu: number[];
  /** MiB that each gateway holds at the end. */
  rss: number[];
  /** Viewers that ended in the store's state. */
  equal: number;
}

interface Gateway extends Run {
  url: string;
}

async function startGateway(redis: string, viewers: number): Promise<Gateway> {
  const tokens = join(aFolder(), 'tokens.json');
  writeFileSync(tokens, JSON.stringify({ viewer: TOKEN }));
  const port = await freePort();
  const more = ['--token-file', tokens, '--port', port, '--max-viewers', String(viewers)];
  const started = run(['gateway', '--redis', redis, ...more]);
  const url = `http://127.0.0.1:${port}`;
  await until('a gateway', async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok);
  return { ...started, url };
}

/** Seconds of processor time that a process has taken. */
function cpuOf({ child }: Run): number {
  const [, user = 0, system = 0] = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) (\S+ ){11}(\d+) (\d+) .*$/s, '0 $2 $3')
    .split(' ')
    .map(Number);
  return (user + system) / TICKS_PER_SECOND;
}

const rssOf = ({ child }: Run): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024);

/** Results at a steady rate through store, relay, Redis and gateways to a crowd of viewers. */
export async function fanOut(fanout: Fanout): Promise<FanoutReport> {
  const { gateways: count, viewers, rate, symbols, seconds } = fanout;
  const redis = await RedisServer.start(aFolder());
  const source = new Source(symbols);
  source.append(symbols);
  const relay = await source.relayTo(redis.url, 10_000);
  const each = Math.floor(viewers / count);
  const gateways = await Promise.all(Array.from({ length: count }, () => startGateway(redis.url, each)));
  const crowds = gateways.map(() => new Partner<ToCrowd, FromCrowd>(CROWD));
  const crowd = { decoding: DECODING, prompt: each - DECODING, slow: 0, never: 0 };
  for (const [place, { url }] of gateways.entries())
    await crowds[place]?.ask({ ask: 'watch', url, token: TOKEN, symbols, crowd }, 'watching');
  for (const one of crowds) await one.ask({ ask: 'measure' }, 'measuring');
  const before = gateways.map(cpuOf);
  const took = await steadily(source, rate, seconds);
  const cpu = gateways.map((gateway, place) => (cpuOf(gateway) - (before[place] ?? 0)) / took);
  const reports = await Promise.all(crowds.map(async (one) => (await one.ask({ ask: 'report' }, 'report')).report));
  const equal = await endsAlike(source, crowds, symbols);
  const rss = gateways.map(rssOf);
  await Promise.all(crowds.map((one) => one.end()));
  for (const { child, exited } of gateways) {
    child.kill('SIGTERM');
    await exited;
  }
  await relay.close();
  await redis.stop();
  source.close();
  const worst = (of: (latency: NonNullable<CrowdReport['latency']>) => number): number =>
    Math.max(...reports.map(({ latency }) => (latency ? of(latency) : Number.NaN)));
  return { ...fanout, latency: { p50: worst(({ p50 }) => p50), p99: worst(({ p99 }) => p99) }, cpu, rss, equal };
}

/** Resolves with the seconds that it took. */
async function steadily(source: Source, rate: number, seconds: number): Promise<number> {
  const start = performance.now();
  const first = source.stored;
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
    const due = Math.floor((elapsed / 1_000) * rate) - (source.stored - first);
    if (due > 0) source.append(due);
    await after(TICK_MS);
  }
  return (performance.now() - start) / 1_000;
}

async function endsAlike(source: Source, crowds: Partner<ToCrowd, FromCrowd>[], symbols: number): Promise<number> {
  for (const one of crowds) await one.ask({ ask: 'decode' }, 'decoding');
  // Once more each symbol, so that whoever decodes from now on is told all of the state.
  source.append(symbols);
  const newest = source.reader.newestPerSymbol(Number.MAX_SAFE_INTEGER);
  const state = stateOf(new Map(newest.map(({ symbol, offset }) => [symbol, offset])));
  const compared = await Promise.all(crowds.map((one) => one.ask({ ask: 'compare', state }, 'compared')));
  return compared.reduce((sum, { equal }) => sum + equal, 0);
}
