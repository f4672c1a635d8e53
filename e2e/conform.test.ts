import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aFolder } from './support/folders.ts';
import { run } from './support/program.ts';
import { pythonWithSocketIo } from './support/python.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const badAgent = `"${process.execPath}" "${join(root, 'e2e', 'foreign', 'bad-agent.mjs')}"`;
const pythonAgent = `"${pythonWithSocketIo()}" "${join(root, 'examples', 'python-agent', 'agent.py')}"`;
/** What a good agent may take. */
const WHOLE_RUN_MS = 100_000;

async function conform(agentCommand: string, ...args: string[]) {
  const { exited, output } = run(['conform', '--agent-command', agentCommand, ...args]);
  const code = await exited;
  const found = (mark: string): string[] =>
    output()
      .split('\n')
      .filter((line) => line.startsWith(mark));
  return { code, output: output(), ok: found('ok'), bad: found('BAD'), notApplicable: found('n/a') };
}

/** The agent that README shows, where its import can be resolved. */
function readmeAgent(): string {
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  const file = join(root, 'dist', 'readme-agent.mjs');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const address = "'http://127.0.0.1:4470/agents'";
  expect(code).toContain(address);
  writeFileSync(
    file,
    `const AGENT_TOKEN = process.env.AURORA_TOKEN;\n${code.replace(address, "process.env.AURORA_URL + '/agents'")}`,
  );
  return `"${process.execPath}" "${file}"`;
}

/** A fault of the bad agent, the checks to play, and what is said of it. */
const FAULTS: readonly (readonly [string, string, RegExp])[] = [
  [
    'polls',
    'hello',
    /hello +its handshake was refused: agents connect over WebSocket alone.*nothing more can be checked/,
  ],
  ['wrong-token', 'hello', /hello +its handshake was refused: auth\.token is not what AURORA_TOKEN says/],
  ['claims-in-words', 'hello', /hello +capabilities\.sovereign_access is "yes": only true counts/],
  ['never-acks', 'accepts', /accepts +no ack of task_assign within 5 s/],
  ['acks-in-words', 'accepts', /accepts +the ack of task_assign was "ok": answer \{accept: true\}/],
  ['declines', 'accepts', /accepts +it declined the task \(not today\)/],
  ['wrong-symbol', 'answers', /answers +trading_analysis: .*symbol: the task is about CONFORM1, the result names ELSE/],
  ['in-percent', 'answers', /answers +trading_analysis: the result is not valid: confidence: /],
  ['never-believes', 'answers', /answers +trading_analysis: the result was sent again although it was acked/],
  ['no-heartbeat', 'beats', /beats +no heartbeat for [\d.]+ s, while registered asked for one every 500 ms/],
  ['forgets-the-mark', 'marks', /marks +processing marks came as enter: /],
  ['forgets-result', 'keeps', /keeps +the ack was lost with the connection, and it never sent the result again/],
  [
    'new-instance-on-reconnect',
    'keeps',
    /keeps +it came back as another instance \(bad-\d+-.*make instance once a process/,
  ],
  ['claims-nothing', 'keeps', /keeps +running in the new connection's handshake does not name the task/],
  ['gives-up', 'retries', /retries +after the ack \{ok: false, retry: true\} it never sent the result again/],
  ['never-gives-up', 'lets go', /lets go +the result was sent again after the ack \{ok: false, retry: false\}/],
  ['does-it-twice', 'doubled', /doubled +a task_assign that came twice was done twice/],
  ['ignores-cancel', 'cancel', /cancel +a task that was cancelled is still named in running/],
  [
    'dies-on-garbage',
    'garbage',
    /garbage +a task_assign without a body ended its process \(exit code 1, and last said: /,
  ],
  ['connects-once', 'silence', /silence +a connection that fell silent without breaking was never given up/],
  ['stays-away', 'comes back', /comes back +the engine said goodbye, was away for 2 s and was not looked for again/],
  ['same-instance-after-restart', 'restart', /restart +it was killed and came back as the same instance/],
  ['beats-blindly', 'answers,messages', /messages +it sent what fits no schema: heartbeat\.running\.0\.lease: /],
  ['chases', 'superseded', /superseded it was superseded and tried 3 times to come back/],
  ['chases-anew', 'superseded', /superseded it was superseded and came back as a new instance/],
];

describe.concurrent('aurora conform', () => {
  it('finds nothing wrong with the Python example, and says what does not apply to it', async () => {
    const started = performance.now();
    const { code, output, bad, notApplicable } = await conform(pythonAgent);
    expect(bad, output).toEqual([]);
    expect(notApplicable).toEqual([expect.stringMatching(/^n\/a +marks +it sets no processing marks/)]);
    expect(code).toBe(0);
    expect(performance.now() - started).toBeLessThan(WHOLE_RUN_MS);
  }, 240_000);

  it('finds nothing wrong with an agent that has no fault', async () => {
    const { code, output, ok } = await conform(`${badAgent} none`);
    expect(ok, output).toHaveLength(17);
    expect(output).toContain('The agent keeps to the protocol.');
    expect(code).toBe(0);
  }, 240_000);

  it.each(FAULTS)(
    'names what is wrong with an agent that %s',
    async (fault, only, says) => {
      const { code, output, bad } = await conform(
        `${badAgent} ${fault} ${join(aFolder(), 'instance')}`,
        ...['--only', only, '--patience', '10'],
      );
      expect(bad, output).toEqual([expect.stringMatching(says)]);
      expect(code).toBe(1);
    },
    180_000,
  );

  it("finds nothing wrong with README's agent in what it sets out to do", async () => {
    const { code, output, ok } = await conform(
      readmeAgent(),
      ...['--only', 'hello,accepts,answers,beats,lets go,comes back,messages,superseded'],
    );
    expect(ok, output).toHaveLength(8);
    expect(code).toBe(0);
  });

  it('says what an agent that is able to do no trading task leaves out', async () => {
    const { code, output, notApplicable, bad } = await conform(
      `${badAgent} other-trade`,
      '--only',
      'hello,keeps,messages',
    );
    expect(bad, output).toEqual([]);
    expect(notApplicable).toEqual([expect.stringMatching(/^n\/a +keeps +its capabilities allow neither/)]);
    expect(code).toBe(0);
  });

  it('asks a validator for signals', async () => {
    const { code, output, ok } = await conform(`${badAgent} validator`, '--only', 'hello,answers,messages');
    expect(ok, output).toEqual([
      expect.stringContaining('is able to do trading_signal'),
      expect.stringContaining('its results of trading_signal are what the engine settles'),
      expect.any(String),
    ]);
    expect(code).toBe(0);
  });

  it.each([
    [['--only', 'hello'], /required option '--agent-command <command>' not specified/],
    [['--agent-command', 'true', '--only', 'everything'], /--only everything is no check: use some of hello, accepts/],
    [['--agent-command', 'true', '--patience', 'long'], /--patience long is not a number of seconds up to 600/],
  ])('refuses %j with a sentence', async (args, says) => {
    const { exited, output } = run(['conform', ...args]);
    expect(await exited).toBe(2);
    expect(output()).toMatch(says);
  });

  it('says how a command ended that is no agent', async () => {
    const { code, bad } = await conform('echo no such model; exit 3');
    expect(bad).toEqual([
      expect.stringMatching(/hello +its process ended \(exit code 3, and last said: no such model\); nothing more/),
    ]);
    expect(code).toBe(1);
  });
});
