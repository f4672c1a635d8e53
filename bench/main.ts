import { dispatch } from './dispatch/dispatch.ts';

interface Bench {
  about: string;
  run(): string;
}

const BENCHES: Readonly<Record<string, Bench>> = { dispatch };

const [name = ''] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) process.stdout.write(`${bench.run()}\n`);
else {
  const list = Object.entries(BENCHES).map(([one, { about }]) => `  npm run bench -- ${one.padEnd(12)} ${about}`);
  process.stderr.write(`${name ? `There is no benchmark ${name}. ` : ''}There is:\n${list.join('\n')}\n`);
  process.exitCode = 2;
}
