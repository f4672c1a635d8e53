import { dispatch } from './dispatch/dispatch.ts';
import { fanout } from './fanout/fanout.ts';
import { results } from './results/results.ts';
import { screen } from './screen/screen.ts';
import { viewers } from './viewers/viewers.ts';

interface Bench {
  about: string;
  run(args: readonly string[]): string | Promise<string>;
}

const BENCHES: Readonly<Record<string, Bench>> = { dispatch, fanout, results, screen, viewers };

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) process.stdout.write(`${await bench.run(args)}\n`);
else {
  const list = Object.entries(BENCHES).map(([one, { about }]) => `  npm run bench -- ${one.padEnd(12)} ${about}`);
  process.stderr.write(`${name ? `There is no benchmark ${name}. ` : ''}There is:\n${list.join('\n')}\n`);
  process.exitCode = 2;
}
