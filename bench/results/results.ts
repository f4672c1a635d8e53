import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { latency } from './latency.ts';
import type { Settings } from './settings.ts';
import { stall } from './stall.ts';
import { throughput } from './throughput.ts';
import { writerPlace } from './writer-place.ts';

const PARTS: Readonly<Record<string, (settings: Settings) => Promise<string>>> = {
  throughput,
  latency,
  writer: writerPlace,
  stall,
};

export const results = {
  about: 'the path of a result: throughput, latency, the writer’s place, a disk that stalls',

  async run(args: readonly string[]): Promise<string> {
    const { values } = parseArgs({
      args: [...args],
      options: {
        results: { type: 'string', default: '20000' },
        symbols: { type: 'string', default: '2000' },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '3' },
        /** One part alone: throughput, latency, writer or stall. */
        only: { type: 'string' },
        /** Folder for a profile of each engine. */
        profile: { type: 'string' },
      },
    });
    if (values.only !== undefined && !Object.hasOwn(PARTS, values.only))
      throw new Error(`--only ${values.only} is not a part: there are ${Object.keys(PARTS).join(', ')}`);
    if (values.profile) mkdirSync(values.profile, { recursive: true });
    const settings: Settings = {
      results: Number(values.results),
      symbols: Number(values.symbols),
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      profile: values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : [],
    };
    const parts: string[] = [];
    for (const [name, part] of Object.entries(PARTS))
      if (values.only === undefined || values.only === name) parts.push(await part(settings));
    return parts.join('\n\n');
  },
};
