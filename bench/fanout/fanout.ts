import { parseArgs } from 'node:util';
import { hasRedis } from '../../e2e/support/redis.ts';
import { ms, perSecond, table, verdict } from '../results/page.ts';
import { median } from '../rounds.ts';
import { type EngineLatency, engineLatency } from './engine-latency.ts';
import { type FanoutReport, fanOut } from './gateway-viewers.ts';
import { type RelayRates, relayRate } from './relay-rate.ts';

const SLOWED_TARGET = 1.25;

const pageOf = (rates: RelayRates, fanouts: readonly FanoutReport[], latency: EngineLatency): string =>
  [
    `Results a second into Redis, ${rates.results} of them a round:`,
    table([
      ['through the relay', ...rates.relay.map(perSecond), perSecond(median(rates.relay))],
      ['raw XADD, pipelined', ...rates.raw.map(perSecond), perSecond(median(rates.raw))],
      ['relay : raw', '', '', rates.ratio.toFixed(2)],
    ]),
    '',
    'Viewers of gateways:',
    table([
      ['gateways', ...fanouts.map(({ gateways }) => String(gateways))],
      ['viewers', ...fanouts.map(({ viewers }) => String(viewers))],
      ['results a second', ...fanouts.map(({ rate }) => String(rate))],
      ['from the commit to a viewer, ms p50', ...fanouts.map(({ latency: { p50 } }) => ms(p50))],
      ['from the commit to a viewer, ms p99', ...fanouts.map(({ latency: { p99 } }) => ms(p99))],
      ['share of a core, each gateway', ...fanouts.map(({ cpu }) => cpu.map((share) => share.toFixed(2)).join(' '))],
      ['MiB, each gateway', ...fanouts.map(({ rss }) => rss.join(' '))],
      ['ended in the store’s state', ...fanouts.map(({ equal, viewers }) => `${equal} of ${viewers}`)],
    ]),
    '',
    'The engine’s own way of a result, ms (median):',
    table([
      ['Redis', 'off', 'on', 'stopped'],
      ['until the agent has its ack', ms(latency.off.ack), ms(latency.on.ack), ms(latency.stopped.ack)],
      ['until its viewer has the row', ms(latency.off.shown), ms(latency.on.shown), ms(latency.stopped.shown)],
    ]),
    verdict('ack with Redis on : off', latency.on.ack / latency.off.ack, 'at most', SLOWED_TARGET),
    verdict('ack with Redis stopped : off', latency.stopped.ack / latency.off.ack, 'at most', SLOWED_TARGET),
  ].join('\n');

export const fanout = {
  about: 'through relay, Redis and gateways to many viewers, and what the engine notices of it',

  async run(args: readonly string[]): Promise<string> {
    if (!hasRedis()) return 'There is no redis-server on this machine.';
    const { values } = parseArgs({
      args: [...args],
      options: {
        results: { type: 'string', default: '20000' },
        rounds: { type: 'string', default: '3' },
        viewers: { type: 'string', default: '200' },
        rate: { type: 'string', default: '500' },
        seconds: { type: 'string', default: '15' },
      },
    });
    const [rounds, viewers, rate] = [Number(values.rounds), Number(values.viewers), Number(values.rate)];
    const load = { rate, symbols: 200, seconds: Number(values.seconds) };
    const rates = await relayRate(Number(values.results), rounds);
    const fanouts: FanoutReport[] = [];
    for (const [gateways, watching] of [
      [1, viewers / 2],
      [1, viewers],
      [2, viewers],
    ] as const)
      fanouts.push(await fanOut({ gateways, viewers: watching, ...load }));
    return pageOf(rates, fanouts, await engineLatency(rounds));
  },
};
