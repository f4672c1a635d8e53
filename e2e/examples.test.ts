import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Status } from '../core/contract/sidebar.ts';
import type { TaskView } from '../core/contract/task.ts';
import { freePort } from './support/free-port.ts';
import { type Program, startProgram, until } from './support/program.ts';
import { pythonWithSocketIo } from './support/python.ts';

const examples = fileURLToPath(new URL('../examples/', import.meta.url));

/** Runs one of the scripts against a program's data folder, as the reader of its README would. */
async function curl(program: Program, script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, AURORA_DATA: program.data };
  return (await promisify(execFile)(`${examples}curl/${script}.sh`, args, { env, timeout: 20_000 })).stdout;
}

interface Python {
  child: ChildProcess;
  said(): string;
}

function pythonAgent({ url, tokens }: Pick<Program, 'url' | 'tokens'>): Python {
  const child = spawn(pythonWithSocketIo(), ['-u', `${examples}python-agent/agent.py`], {
    env: { ...process.env, AURORA_URL: url, AURORA_TOKEN: tokens.agent },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said: () => text };
}

async function aProgram(...args: string[]): Promise<Program> {
  const program = await startProgram([...args, '--agents', 'none']);
  onTestFinished(async () => {
    expect(await program.stop()).toBe(0);
  });
  return program;
}

const agentsOf = async (program: Program): Promise<Status['agents']> =>
  (await program.get<Status>('/api/status')).agents;
const signalsOf = async (program: Program): Promise<SidebarUpdate[]> =>
  (await program.get<{ items: SidebarUpdate[] }>('/api/signals')).items;

it("examples/python-agent answers the replay's bars with signals that are stored and shown", async () => {
  const program = await aProgram();
  pythonAgent(program);
  const [signal] = await until('a signal of the Python agent', async () => {
    const items = await signalsOf(program);
    return items.length > 1 && items;
  });
  expect(signal).toMatchObject({
    completed_by: 'python-mean',
    model: 'mean-of-20',
    timeframe: '5m',
    stage: 'analysis',
  });
  const { result } = await program.get<{ result: { reasoning: string; claimed: object } }>(
    `/api/tasks/${signal?.task_id}`,
  );
  expect(result.reasoning).toMatch(/^The last close is [+-][\d.]+% from the mean of 20\.$/);
});

it('examples/curl makes a task once a key, follows it to its result, and lists the signal', async () => {
  const program = await aProgram('--feed', 'none');
  const task = JSON.parse(await curl(program, 'make-task', 'ADA/BTC', '5m', 'once')) as TaskView;
  expect(task).toMatchObject({ state: 'queued', symbol: 'ADA/BTC' });
  expect(JSON.parse(await curl(program, 'make-task', 'ADA/BTC', '5m', 'once')).task_id).toBe(task.task_id);
  expect(JSON.parse(await curl(program, 'make-task', 'ADA/BTC', '5m')).task_id).not.toBe(task.task_id);
  await expect(curl(program, 'make-task', 'ADA/BTC', 'soon')).rejects.toThrow();
});

it('a task that curl makes is answered in Python, and its failure is never a signal', async () => {
  const program = await aProgram();
  const made = JSON.parse(await curl(program, 'make-task', 'ETH/BTC', '5m')) as TaskView;
  const without = JSON.parse(await curl(program, 'make-task', 'NO/BARS', '5m')) as TaskView;
  pythonAgent(program);
  const followed = (await curl(program, 'follow-task', made.task_id)).trim().split('\n');
  expect(followed.at(-2)).toBe('completed');
  expect(JSON.parse(followed.at(-1) ?? '')).toMatchObject({
    task_id: made.task_id,
    state: 'completed',
    result: { completed_by: 'python-mean', symbol: 'ETH/BTC' },
  });
  const failed = await curl(program, 'follow-task', without.task_id).catch((error: { stdout: string }) => error.stdout);
  expect(JSON.parse(failed.trim().split('\n').at(-1) ?? '')).toMatchObject({
    state: 'dead',
    failures: [{ failure_source: 'invalid_result', failure_reason: expect.stringContaining('IndexError') }, {}, {}],
  });
  const listed = JSON.parse(await curl(program, 'list-signals')) as { items: SidebarUpdate[] };
  expect(listed.items.map(({ symbol }) => symbol)).toContain('ETH/BTC');
  expect(listed.items.map(({ symbol }) => symbol)).not.toContain('NO/BARS');
});

it('examples/python-agent comes back to an engine that was stopped and started', async () => {
  const empty = ['--feed', 'none', '--agents', 'none', '--port', await freePort()];
  const first = await startProgram(empty);
  const python = pythonAgent(first);
  await until('the agent', async () => (await agentsOf(first)).some(({ state }) => state === 'idle'));
  expect(await first.stop()).toBe(0);
  const again = await startProgram(empty, first.data);
  onTestFinished(() => void again.kill());
  await until('the agent again', async () => (await agentsOf(again)).some(({ state }) => state === 'idle'));
  expect(python.child.exitCode, python.said()).toBeNull();
});
