import { aHome, dataOf, logOf, startAs } from './installed.ts';
import { expectThat } from './steps.ts';

const REFUSED = [
  '--remote-debugging-port=0',
  '--remote-debugging-pipe',
  '--inspect=0',
  '--inspect-brk=0',
  '--no-sandbox',
  '--disable-web-security',
  '--load-extension=/tmp',
  '--js-flags=--expose-gc',
  '--host-resolver-rules=MAP * 127.0.0.1',
];

/** A release ends with code 2 before it has a window, and opens no port to a debugger. */
export async function refusesSwitches(program: string): Promise<void> {
  for (const refused of REFUSED) {
    const home = aHome();
    const running = startAs(home, [program, '--disable-gpu', refused]);
    const code = await running.exited;
    expectThat(code === 2, `${refused} ended with ${code}:\n${running.output()}`);
    expectThat(!/listening on ws:/.test(running.output()), `${refused} opened a debugger's port`);
    expectThat(logOf(dataOf(home)).length === 0, `${refused} began a data folder`);
  }
}

/** The binary is no Node, however it is asked. */
export async function isNoNode(program: string): Promise<void> {
  const asNode = startAs(aHome(), [program, '-e', 'console.log("ran as " + "node")'], { ELECTRON_RUN_AS_NODE: '1' });
  expectThat((await asNode.exited) === 2, `as Node it did not end with 2:\n${asNode.output()}`);
  expectThat(!asNode.output().includes('ran as node'), 'ELECTRON_RUN_AS_NODE ran a script');
  const home = aHome();
  const preloaded = startAs(home, [program, '--disable-gpu', '--no-such-switch'], {
    NODE_OPTIONS: '--require=/nowhere/at/all.cjs',
  });
  await preloaded.exited;
  expectThat(!preloaded.output().includes('/nowhere/at/all.cjs'), 'NODE_OPTIONS was heard');
}
