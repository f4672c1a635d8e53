import { Command } from 'commander';
import { startProgram } from '../support/program.ts';
import { fuzzDecoder } from './decode.ts';
import { fuzzSockets } from './sockets.ts';

const { packets, sockets, seed } = new Command()
  .name('npm run fuzz --')
  .description('mutated packets: many through decoder and schemas, some through the sockets of a running engine')
  .option('--packets <n>', 'through decoder and schemas', Number, 1_000_000)
  .option('--sockets <n>', 'through sockets', Number, 20_000)
  .option('--seed <n>', 'begin elsewhere', Number, 1)
  .parse()
  .opts<{ packets: number; sockets: number; seed: number }>();

const { thrown, refused, unheard, taken } = fuzzDecoder(packets, seed);
console.log(`${packets} packets: ${thrown} not decoded, ${refused} refused, ${unheard} of no event, ${taken} sound`);
const engine = await startProgram(['--feed', 'none', '--agents', 'none']);
const { sockets: opened } = await fuzzSockets(engine, sockets, seed);
await engine.get('/api/status');
const { items } = await engine.get<{ items: unknown[] }>('/api/results');
console.log(`${sockets} packets through ${opened} sockets: the engine answers, ${items.length} results are stored`);
process.exitCode = items.length === 0 && (await engine.stop()) === 0 ? 0 : 1;
