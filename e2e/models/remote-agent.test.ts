import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFolder } from '../support/folders.ts';
import { type Run, run, until } from '../support/program.ts';
import { type ModelsEngine, modelAt, startModelsEngine } from './engine.ts';
import { closeFakeModels, type FakeModel, opinion, startFakeModel } from './fake-model.ts';

const REFUSED = { is: 'status', status: 401 } as const;

/** An agent that knows of the engine what another machine would know: its address and a token. */
function startAgentElsewhere(type: string, given: readonly string[], settings: object = {}): Run & { data: string } {
  const data = aFolder();
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'models.json'), JSON.stringify(settings));
  return { ...run(['agent', '--type', type, '--data', data, '--name', `${type}@far`, ...given]), data };
}

function textUnder(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('an analyst and a validator on another machine', () => {
  let model: FakeModel;
  let engine: ModelsEngine;
  let analyst: ReturnType<typeof startAgentElsewhere>;
  let validator: ReturnType<typeof startAgentElsewhere>;

  beforeAll(async () => {
    model = await startFakeModel();
    engine = await startModelsEngine({}, ['--feed', 'none', '--agents', 'none']);
    const { url, tokens } = engine.program;
    const tokenFile = join(aFolder(), 'token');
    writeFileSync(tokenFile, `${tokens.agent}\n`, { mode: 0o600 });
    const name = modelAt(model, 'far');
    analyst = startAgentElsewhere('analyst', ['--url', url, '--token-file', tokenFile, '--model', name], {
      primary: name,
      budget: { tokens_per_day: 500_000 },
      timeouts_ms: { primary: 5_000, total: 5_000, idle: 2_000, circuit: 600 },
    });
    validator = startAgentElsewhere('validator', ['--url', url, '--token', tokens.agent]);
    await engine.stands({ circuit: 'closed' }, 'analyst@far');
    await engine.stands({ circuit: 'closed', model: 'rules-hidden-hand' }, 'validator@far');
  });
  afterAll(async () => {
    for (const { child } of [analyst, validator]) child.kill('SIGKILL');
    await engine.program.kill();
    await closeFakeModels();
  });

  it('do the tasks of the engine, and their models’ use is in its status', async () => {
    model.plays(opinion({}, { prompt_tokens: 900, completion_tokens: 100 }));
    const record = await engine.record(await engine.submit('A/USD'));
    expect(record).toMatchObject({
      completed_by: 'analyst@far',
      model: `far@${model.host}`,
      usage: { input_tokens: 900, output_tokens: 100 },
    });
    await until('the validation', async () => {
      const newest = (await engine.results()).find(({ stage }) => stage === 'signal');
      return newest?.completed_by === 'validator@far';
    });
    const used = await until('what was used', async () => {
      const standing = await engine.standing('analyst@far');
      return standing?.used?.tokens_day === 1_000 && standing.used;
    });
    expect(used).toEqual({
      tokens_hour: 1_000,
      tokens_day: 1_000,
      usd_hour: null,
      usd_day: null,
      says: '1000 tokens today of 500000 tokens, 1000 tokens in this hour; the cost is not known: add the price to prices in models.json',
    });
    expect((await engine.standing('validator@far'))?.used).toBeUndefined();
  });

  it('tell how their circuit stands: open, half open and closed again, with the reason', async () => {
    model.plays(REFUSED);
    const tasks = [await engine.submit('B/USD')];
    const open = await engine.stands({ circuit: 'open' }, 'analyst@far');
    expect(open.reason).toBe(
      `far@${model.host} is behind a key that the server does not take: set AURORA_MODEL_KEY, or name a key_file for it in models.json (HTTP 401)`,
    );
    tasks.push(await engine.submit('C/USD'));
    const metrics = await fetch(`${engine.program.url}/metrics`, {
      headers: { authorization: `Bearer ${engine.program.tokens.viewer}` },
    });
    expect(await metrics.text()).toContain('aurora_agent_model_circuits{circuit="open"} 1');
    await until('tasks to wait for the model', async () =>
      (await engine.status()).waiting.some(({ reason }) => reason === 'sovereign_open'),
    );
    await engine.stands({ circuit: 'half_open' }, 'analyst@far');
    model.plays(opinion());
    for (const id of tasks) expect(await engine.record(id)).toMatchObject({ completed_by: 'analyst@far' });
    await engine.stands({ circuit: 'closed', reason: null }, 'analyst@far');
    expect((await engine.status()).circuits).toEqual([]);
  });

  it('leave no token behind, and end when asked', async () => {
    for (const one of [analyst, validator]) {
      one.child.kill('SIGTERM');
      expect(await one.exited).toBe(0);
      expect(one.output() + textUnder(one.data)).not.toContain(engine.program.tokens.agent);
    }
  });

  it('say what is wrong and end, where the engine will never take them', async () => {
    const wrong = startAgentElsewhere('analyst', ['--url', engine.program.url, '--token', 'no-token-of-this-engine']);
    expect(await wrong.exited).toBe(2);
    expect(wrong.output()).toMatch(/aurora: the agent analyst@far has ended: the engine does not take it: .*token/);
    expect(wrong.output() + textUnder(wrong.data)).not.toContain('no-token-of-this-engine');
    const open = startAgentElsewhere('analyst', ['--url', 'http://192.0.2.1:4470', '--token', 'some-token-of-mine']);
    expect(await open.exited).toBe(2);
    expect(open.output()).toMatch(/would carry the token without encryption: use https, or a tunnel/);
  });
});
