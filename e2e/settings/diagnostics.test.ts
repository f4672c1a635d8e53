import { io } from 'socket.io-client';
import { afterAll, expect, it, vi } from 'vitest';
import type { Status } from '../../core/contract/sidebar.ts';
import { closeFakeModels, startFakeModel } from '../models/fake-model.ts';
import { aFolder } from '../support/folders.ts';
import {
  carelessAgents,
  echoesKey,
  echoingRedis,
  knock,
  logsOf,
  placesOf,
  plant,
  plantedSecrets,
  untilTold,
} from '../support/planted-secrets.ts';
import { startProgram, until } from '../support/program.ts';

afterAll(async () => {
  vi.unstubAllEnvs();
  await closeFakeModels();
});

it('diagnostics and logs hold none of twelve secrets and one more, all of which were in use', async () => {
  const secrets = plantedSecrets();
  const [first, second] = [await startFakeModel(), await startFakeModel()];
  for (const model of [first, second]) model.plays(echoesKey);
  const redis = await echoingRedis(secrets);
  vi.stubEnv('AURORA_MODEL_KEY', secrets.modelKey);
  vi.stubEnv('OPENAI_API_KEY', secrets.unusedKey);
  vi.stubEnv('AURORA_REDIS', redis.url);
  const data = aFolder();
  plant(data, secrets, [first.url, second.url]);
  const program = await startProgram([], data);
  const post = (path: string, body: object) =>
    fetch(`${program.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.operator}` },
      body: JSON.stringify(body),
    });
  await post('/api/tasks', { task_type: 'trading_analysis', symbol: 'A/B', timeframe: '5m' });
  await until('both models to be asked', () => first.heard.length > 0 && second.heard.length > 0);
  expect(first.heard[0]?.headers.authorization).toBe(`Bearer ${secrets.modelKey}`);
  expect(second.heard[0]?.headers.authorization).toBe(`Bearer ${secrets.keyFile}`);
  const operator = io(`${program.url}/sidebar`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: secrets.operator, protocol: 1 },
  });
  const command = (name: string, args: object) => operator.timeout(10_000).emitWithAck('command', { name, args });
  // Of a model that is not asked: no restart in between.
  const model = 'm@http://127.0.0.1:9/v1';
  for (const key of [secrets.replacedKey, secrets.setKey])
    expect(await command('set_key', { model, key })).toEqual({ ok: true, restarts: false });
  const address = `m@https://user:${secrets.inAddress}@models.example/v1`;
  expect(await command('settings', { change: { model: address } })).toMatchObject({ ok: false });
  await knock(program, secrets);
  const agents = await carelessAgents(program, secrets);
  await untilTold(() => program.get<Status>('/api/status'), Object.values(secrets));
  await until('Redis to have said what it was told', () => logsOf(data).includes('WRONGPASS'), 60_000);

  const diagnostics = async (token: string) =>
    fetch(`${program.url}/api/diagnostics`, { headers: { authorization: `Bearer ${token}` } });
  expect((await diagnostics(secrets.viewer)).status).toBe(403);
  const text = await (await diagnostics(secrets.operator)).text();
  expect(JSON.parse(text)).toMatchObject({ aurora: '0.1.0', settings: { data: expect.any(String) } });
  expect(text).toContain('engine started');
  expect(Object.keys(secrets)).toHaveLength(13);
  const { operator: _printed, ...others } = secrets;
  // The address that is printed for the user carries the operator's token.
  expect(placesOf(others, program.output())).toEqual([]);
  expect(placesOf(secrets, text)).toEqual([]);
  expect(placesOf(secrets, logsOf(data))).toEqual([]);
  expect(text).toMatch(/HTTP 401 for Bearer \[hidden\]/);
  expect(text).toMatch(/WRONGPASS .*\[hidden\]/);
  agents.close();
  operator.disconnect();
  await program.stop();
  redis.close();
});
