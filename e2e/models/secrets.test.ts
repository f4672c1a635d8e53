import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aFolder } from '../support/folders.ts';
import { run, until } from '../support/program.ts';
import { type ModelsEngine, modelAt, startModelsEngine } from './engine.ts';
import { closeFakeModels, type FakeModel, opinion, type Play, startFakeModel } from './fake-model.ts';

const secret = (where: string): string => `${where}${crypto.randomUUID().replaceAll('-', '')}`;
/** What must not be found anywhere: none has a shape that gives it away, so that only its use can. */
const SECRETS = {
  /** Environment. */
  modelKey: secret('mk'),
  fallbackKey: secret('fk'),
  unusedKey: secret('uk'),
  proxyPassword: secret('pp'),
  /** Configuration. */
  agentToken: secret('at'),
  viewerToken: secret('vt'),
  namedToken: secret('nt'),
  /** Headers. */
  wrongToken: secret('wt'),
  modelHeader: secret('mh'),
  /** Model errors. */
  errorBody: secret('eb'),
  errorInStream: secret('es'),
  /** URLs. */
  redirect: secret('rd'),
  query: secret('qu'),
} as const;

let primary: FakeModel;
let fallback: FakeModel;
let engine: ModelsEngine;

/** Errors as servers send them, with what they should have kept to themselves. */
const ERRORS: readonly Play[] = [
  {
    is: 'status',
    status: 401,
    text: `No ${SECRETS.modelHeader}`,
    headers: { 'www-authenticate': `Bearer realm="${SECRETS.modelHeader}"`, 'set-cookie': `id=${SECRETS.modelHeader}` },
    body: JSON.stringify({ error: { message: `Incorrect API key: ${SECRETS.modelKey}`, code: SECRETS.errorBody } }),
  },
  { is: 'status', status: 500, body: `at /srv/${SECRETS.errorBody}/model.py` },
  {
    is: 'status',
    status: 302,
    headers: { location: `http://u:${SECRETS.redirect}@127.0.0.1:1/?k=${SECRETS.redirect}` },
  },
  {
    is: 'raw',
    type: 'text/event-stream',
    body: `data: {"error":{"message":"${SECRETS.errorInStream}","code":"${SECRETS.errorInStream}"}}\n\n`,
  },
  { is: 'says', content: `{"${SECRETS.errorBody}": "${SECRETS.modelKey}"}` },
  { is: 'says', content: `My key is ${SECRETS.modelKey}, and the error ${SECRETS.errorInStream}.` },
  { is: 'breaks' },
];

beforeAll(async () => {
  vi.stubEnv('AURORA_MODEL_KEY', SECRETS.modelKey);
  vi.stubEnv('AURORA_FALLBACK_KEY', SECRETS.fallbackKey);
  vi.stubEnv('OPENAI_API_KEY', SECRETS.unusedKey);
  vi.stubEnv('HTTPS_PROXY', `http://user:${SECRETS.proxyPassword}@127.0.0.1:1`);
  primary = await startFakeModel();
  fallback = await startFakeModel();
  const data = aFolder();
  const tokens = {
    agent: SECRETS.agentToken,
    viewer: SECRETS.viewerToken,
    // The address that is printed for the user carries this one.
    operator: secret('op'),
    agents: { 'other-agent': SECRETS.namedToken },
  };
  writeFileSync(join(data, 'tokens.json'), JSON.stringify(tokens), { mode: 0o600 });
  engine = await startModelsEngine(
    {
      primary: modelAt(primary, 'first'),
      fallback: modelAt(fallback, 'second'),
      timeouts_ms: { primary: 300, total: 2_000, idle: 200, circuit: 50 },
    },
    ['--feed', 'none'],
    data,
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.program.kill();
  await closeFakeModels();
});

/** Whatever callers may say that is a secret of theirs. */
async function knockWithSecrets(): Promise<void> {
  const { url } = engine.program;
  const headers = { authorization: `Bearer ${SECRETS.wrongToken}`, cookie: `token=${SECRETS.wrongToken}` };
  for (const path of ['/api/status', '/metrics', '/api/none', '/'])
    await fetch(`${url}${path}?token=${SECRETS.query}`, { headers });
  for (const space of ['/agents', '/sidebar']) {
    const socket = io(`${url}${space}?key=${SECRETS.query}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token: SECRETS.wrongToken, protocol: 1, agent_id: 'x', instance: 'x', capabilities: {} },
    });
    await new Promise((resolve) => socket.once('connect_error', resolve));
    socket.close();
  }
}

/** Every file of the folder, as bytes; but for the file whose purpose is to hold tokens. */
const filesUnder = (folder: string): [name: string, text: string][] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== 'tokens.json')
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')]);

/** The same of a folder that is in use: a backup's first name is gone once the backup is whole. */
const filesAtRest = (folder: string): Promise<[name: string, text: string][]> =>
  until('no file to go while it is read', () => {
    try {
      return filesUnder(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  });

async function answers(taskIds: readonly string[]): Promise<[name: string, text: string][]> {
  const { url, tokens } = engine.program;
  const paths = [
    ...['status', 'signals', 'results?limit=500', 'late', 'tasks?limit=500', 'export', 'export?format=jsonl'],
    ...taskIds.map((id) => `tasks/${encodeURIComponent(id)}`),
  ].map((path) => `/api/${path}`);
  return Promise.all(
    [...paths, '/metrics', '/'].map(async (path): Promise<[string, string]> => {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens.viewer}` } });
      expect([path, response.status]).toEqual([path, 200]);
      return [path, JSON.stringify([...response.headers]) + (await response.text())];
    }),
  );
}

it('twelve secrets and one more are used, and found in no log, database, export, metric or answer', async () => {
  expect(new Set(Object.values(SECRETS)).size).toBeGreaterThanOrEqual(12);
  const tasks: string[] = [];
  for (const [number, play] of ERRORS.entries()) {
    const before = primary.heard.length;
    // Its circuit may be open for a moment.
    await until('the primary to be asked', async () => {
      primary.plays(play);
      fallback.plays(opinion({ reasoning: `My key is ${SECRETS.fallbackKey}.` }));
      const id = await engine.submit(`E${number}/USD`);
      tasks.push(id);
      await engine.ended(id);
      return primary.heard.length > before;
    });
  }
  // Both fail, so that the task itself remembers why.
  fallback.plays(ERRORS[0] as Play);
  const failed = await engine.submit('F/USD');
  tasks.push(failed);
  await until('a failure to be kept', async () => {
    const { failures } = await engine.program.get<{ failures: unknown[] }>(`/api/tasks/${failed}`);
    return failures.length > 0;
  });
  await knockWithSecrets();
  await engine.standing();

  expect(primary.heard[0]?.headers.authorization).toBe(`Bearer ${SECRETS.modelKey}`);
  expect(fallback.heard[0]?.headers.authorization).toBe(`Bearer ${SECRETS.fallbackKey}`);
  const files = await filesAtRest(engine.program.data);
  const logs = files.filter(([name]) => name.endsWith('.log')).map(([, text]) => text);
  expect(logs.join()).toContain('a model gave no answer');
  const found = [...files, ['output', engine.program.output()] as const, ...(await answers(tasks))];
  expect(found.map(([name]) => name)).toEqual(expect.arrayContaining(['aurora.db', 'models-used.json', '/metrics']));
  for (const [name, value] of Object.entries(SECRETS))
    for (const [place, text] of found) expect(text.includes(value), `${name} in ${place}`).toBe(false);
  const exported = found.find(([place]) => place.startsWith('/api/export'))?.[1] ?? '';
  expect(exported).toContain('My key is [hidden].');
});

it('a key in an address or the settings ends the start, and is not said again', async () => {
  const inSettings = aFolder();
  const key = secret('sk-');
  writeFileSync(join(inSettings, 'models.json'), JSON.stringify({ primary: { model: 'openai:m', api_key: key } }));
  const starts = [
    ['--data', aFolder(), '--model', `m@https://user:${key}@models.example/v1`],
    ['--data', inSettings],
  ].map((args) => run(['start', '--headless', '--feed', 'none', ...args]));
  for (const { exited, output } of starts) {
    expect(await exited).toBe(2);
    expect(output()).toMatch(/aurora: .*key/);
    expect(output()).not.toContain(key);
  }
});
