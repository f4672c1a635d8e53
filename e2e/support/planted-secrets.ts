import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import type { Status } from '../../core/contract/sidebar.ts';
import type { Play, Question } from '../models/fake-model.ts';
import { type Reach, until } from './program.ts';

const secret = (): string => `s${crypto.randomUUID().replaceAll('-', '')}`;

/** Secrets without a shape that gives them away, each where such a one lies in use, and who lets them slip. */
export function plantedSecrets() {
  const secrets = {
    /** tokens.json */
    agent: secret(),
    viewer: secret(),
    operator: secret(),
    named: secret(),
    /** Environment: of the first model, and of a service that is not asked. */
    modelKey: secret(),
    unusedKey: secret(),
    /** A file of the user's own, which models.json names for the fallback. */
    keyFile: secret(),
    /** The address of Redis in the environment. */
    redisPassword: secret(),
    /** Given in Settings, the second in place of the first. */
    replacedKey: secret(),
    setKey: secret(),
    /** Of a caller who is not let in: in a header, and in a query. */
    wrongToken: secret(),
    inQuery: secret(),
    /** In an address that Settings do not take. */
    inAddress: secret(),
  };
  return secrets;
}
export type Secrets = ReturnType<typeof plantedSecrets>;

/** Puts into a new data folder what lies there; the first model is at one server, the fallback at another. */
export function plant(
  data: string,
  { agent, viewer, operator, named, keyFile }: Secrets,
  urls: [string, string],
): void {
  const write = (file: string, text: string) => writeFileSync(join(data, file), text, { mode: 0o600 });
  write('tokens.json', JSON.stringify({ agent, viewer, operator, agents: { mine: named } }));
  write('own.key', keyFile);
  const fallback = { model: `second@${urls[1]}`, key_file: 'own.key' };
  write('models.json', JSON.stringify({ primary: { model: `first@${urls[0]}` }, fallback }));
  write('settings.json', JSON.stringify({ feed: 'none' }));
}

/** A Redis at this address that says again what it is told, as no server should. */
export async function echoingRedis({ redisPassword }: Secrets): Promise<{ url: string; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => socket.write(`-WRONGPASS ${String(asked).replaceAll(/[\r\n]+/g, ' ')}\r\n`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `redis://user:${redisPassword}@127.0.0.1:${port}`, close: () => void server.close() };
}

/** What a model's server says that tells everybody which key it was shown. */
export const echoesKey = ({ headers }: Question): Play => ({
  is: 'status',
  status: 401,
  text: `No ${headers.authorization}`,
  headers: { 'www-authenticate': `${headers.authorization}` },
  body: JSON.stringify({ error: { message: `Incorrect API key: ${headers.authorization}`, code: 'invalid' } }),
});

/** Callers with secrets of their own, who are not let in. */
export async function knock({ url }: Reach, { wrongToken, inQuery }: Secrets): Promise<void> {
  for (const path of ['/api/status', '/api/diagnostics'])
    await fetch(`${url}${path}?token=${inQuery}`, { headers: { authorization: `Bearer ${wrongToken}` } });
  const socket = io(`${url}/sidebar?key=${inQuery}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: wrongToken, protocol: 1 },
  });
  await new Promise((resolve) => socket.once('connect_error', resolve));
  socket.close();
}

/** As much as the reason takes with which an agent says how its models stand. */
const REASON_MAX = 500;

/** Two agents that tell how their models failed, with all that they have seen. */
export async function carelessAgents(
  { url, tokens }: Reach,
  secrets: Secrets,
  more: readonly string[] = [],
): Promise<{ close(): void }> {
  const { wrongToken, inQuery, inAddress, ...known } = secrets;
  const seen = [
    `Bearer ${wrongToken}`,
    `/api/status?token=${inQuery}`,
    `https://user:${inAddress}@models.example/`,
    ...Object.values(known),
    ...more,
  ];
  const half = Math.ceil(seen.length / 2);
  const sockets = [seen.slice(0, half), seen.slice(half)].map((some, number) => {
    const reason = `HTTP 401 for ${some.join(' ')}`;
    if (reason.length > REASON_MAX) throw new Error(`${reason.length} characters are more than a reason takes`);
    const agent_id = `careless-${number}`;
    const socket = io(`${url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: tokens.agent, protocol: 1, agent_id, instance: agent_id, capabilities: {} },
    });
    const sovereign = { circuit: 'open', reason, model: 'careless' };
    socket.on('registered', () => socket.emit('heartbeat', { now: new Date().toISOString(), running: [], sovereign }));
    return socket;
  });
  return { close: () => sockets.forEach((socket) => void socket.disconnect()) };
}

/** Waits until the status holds each secret, as an agent has said it: then it is near enough. */
export const untilTold = (read: () => Promise<Status>, secrets: readonly string[]): Promise<boolean> =>
  until('the agents to be heard', async () => {
    const text = JSON.stringify(await read());
    return secrets.every((one) => text.includes(one));
  });

/** Of which secrets a text tells. */
export const placesOf = (secrets: Readonly<Record<string, string>>, text: string): string[] =>
  Object.entries(secrets).flatMap(([place, one]) => (text.includes(one) ? [place] : []));

export const logsOf = (data: string): string =>
  readdirSync(join(data, 'logs'))
    .map((file) => readFileSync(join(data, 'logs', file), 'utf8'))
    .join('');
