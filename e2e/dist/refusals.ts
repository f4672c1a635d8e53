import { connect } from 'node:net';
import { freePort } from '../support/free-port.ts';
import { aHome, dataOf, logOf, type Running, startAs } from './installed.ts';
import { expectThat } from './steps.ts';

/** A debugger's switches, each with a port at which somebody might be let in, and some of those that take protection away. */
const refusedAt = (port: string): readonly string[] => [
  `--remote-debugging-port=${port}`,
  `-remote-debugging-port=${port}`,
  '--remote-debugging-pipe',
  `--inspect=${port}`,
  `--inspect-brk=${port}`,
  `--inspect-port=${port}`,
  '--no-sandbox',
  '--disable-gpu-sandbox',
  '--disable-web-security',
  '--ignore-certificate-errors',
  '--load-extension=/tmp',
  '--renderer-cmd-prefix=/tmp/x',
  '--js-flags=--expose-gc',
  '--host-resolver-rules=MAP * 127.0.0.1',
];

const takesConnections = (port: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Whether anybody was let in at a port in all the time that the program ran. */
async function letIn(port: string, { exited }: Running): Promise<boolean> {
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  while (!ended) {
    if (await takesConnections(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return false;
}

/** A release ends with code 2 before it has a window, and opens no port to a debugger. */
export async function refusesSwitches(program: string): Promise<void> {
  const port = await freePort();
  for (const refused of refusedAt(port)) {
    const home = aHome();
    const running = startAs(home, [program, '--disable-gpu', refused]);
    expectThat(!(await letIn(port, running)), `${refused} opened a debugger's port`);
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
