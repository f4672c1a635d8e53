import { join } from 'node:path';
import { aFolder } from '../../e2e/support/folders.ts';
import { DURABLE, hasRedis, RedisServer } from '../../e2e/support/redis.ts';
import { Partner } from '../partner.ts';
import { median } from '../rounds.ts';
import type { FromBull, ToBull } from './messages.ts';
import { perSecond, table, verdict } from './page.ts';
import { Pair } from './pair.ts';
import { aRowOf, rawRate } from './raw-rows.ts';
import type { Settings } from './settings.ts';

const BULLMQ = new URL('bullmq.ts', import.meta.url);
const RAW_TARGET = 0.5;
const BULLMQ_TARGET = 4;
/** BullMQ is given fewer jobs than there are results, or it would take most of the time. */
const BULLMQ_SHARE = 0.5;

interface Round {
  engine: number;
  /** From the first submit on. */
  engineSubmitted: number;
  /** Processor time of the engine for one result. */
  cpuMicroseconds: number;
  raw: number;
  bull: number | null;
}

async function oneRound({ results, symbols, profile }: Settings, redis: RedisServer | null): Promise<Round> {
  const data = aFolder();
  const pair = await Pair.start('program', data, { execArgv: profile });
  const { seconds, submitSeconds, cpu } = await pair.run({ count: results, rate: null, symbols, viewer: false });
  await pair.end();
  const store = join(data, 'live', 'aurora.db');
  return {
    engine: results / seconds,
    engineSubmitted: results / (submitSeconds + seconds),
    cpuMicroseconds: (cpu / results) * 1e6,
    raw: rawRate(store, aFolder()),
    bull: redis && (await bullRate(redis.port, Math.round(results * BULLMQ_SHARE), store)),
  };
}

async function bullRate(port: number, count: number, store: string): Promise<number> {
  const bull = new Partner<ToBull, FromBull>(BULLMQ);
  const { rate } = await bull.ask({ port, count, ...aRowOf(store) }, 'measured');
  await bull.end();
  return rate;
}

/** Durable results a second: the engine's whole path, the same rows written by nothing but SQLite, and a peer. */
export async function throughput(settings: Settings): Promise<string> {
  const redis = hasRedis() ? await RedisServer.start(aFolder(), DURABLE) : null;
  const rounds: Round[] = [];
  for (let round = 0; round < settings.rounds; round += 1) rounds.push(await oneRound(settings, redis));
  await redis?.stop();
  const row = (name: string, of: (round: Round) => number | null): string[] => {
    const figures = rounds.map((round) => of(round) ?? Number.NaN);
    return [name, ...figures.map(perSecond), perSecond(median(figures))];
  };
  const ratio = (of: (round: Round) => number): number => median(rounds.map(of));
  const ofBull = (round: Round): number => round.engine / (round.bull ?? Number.NaN);
  return [
    `Throughput: results a second, ${settings.results} results a round over ${settings.symbols} symbols, 8 agents with 64 tasks each.`,
    table([
      ['', ...rounds.map((_, place) => `round ${place + 1}`), 'median'],
      row('engine, first assignment to last ack', ({ engine }) => engine),
      row('engine, first submit to last ack', ({ engineSubmitted }) => engineSubmitted),
      row('engine, processor time for a result, µs', ({ cpuMicroseconds }) => cpuMicroseconds),
      row('better-sqlite3, the same rows by 1,000', ({ raw }) => raw),
      ...(redis ? [row('BullMQ, first add to last completion', ({ bull }) => bull)] : []),
    ]),
    verdict(
      'Engine : better-sqlite3',
      ratio(({ engine, raw }) => engine / raw),
      'at least',
      RAW_TARGET,
    ),
    redis
      ? verdict('Engine : BullMQ', ratio(ofBull), 'at least', BULLMQ_TARGET)
      : 'There is no redis-server on this machine, so BullMQ was not measured.',
  ].join('\n');
}
