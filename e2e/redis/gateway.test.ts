import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Snapshot, Status } from '../../core/contract/sidebar.ts';
import { aCertificate, type Certificate } from '../support/certificate.ts';
import { aFolder } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { type Program, type Run, run, startProgram, until } from '../support/program.ts';
import { RedisServer } from '../support/redis.ts';

const PASSWORD = 'pa55-word-of-the-test';
/** As docs/operations.md gives them: the engine writes, gateways read. */
const ACL = [
  `user engine on >${PASSWORD}-engine ~aaos:* ~processing_tasks &aaos:* +@read +@write +@stream +@scripting +@connection +@pubsub +info`,
  `user gateway on >${PASSWORD}-gateway %R~aaos:* resetchannels +@read +@connection +@transaction +info`,
  `user default on >${PASSWORD} ~* &* +@all`,
];

let redis: RedisServer;
let program: Program;
let gateway: Run;
let url: string;
let certificate: Certificate;

beforeAll(async () => {
  certificate = aCertificate('DNS:localhost', 'IP:127.0.0.1');
  const folder = aFolder();
  const acl = join(folder, 'users.acl');
  writeFileSync(acl, `${ACL.join('\n')}\n`);
  const tlsPort = await freePort();
  const { cert, key } = certificate;
  redis = await RedisServer.start(
    folder,
    {
      aclfile: acl,
      'tls-port': tlsPort,
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-auth-clients': 'no',
      'tls-ca-cert-file': cert,
    },
    PASSWORD,
  );
  const secure = (user: string): string => `rediss://${user}:${PASSWORD}-${user}@localhost:${tlsPort}`;
  process.env.NODE_EXTRA_CA_CERTS = cert;
  process.env.AURORA_REDIS = secure('engine');
  program = await startProgram(['--speed', '3000']);
  process.env.AURORA_REDIS = secure('gateway');
  const port = await freePort();
  const tls = ['--host', '0.0.0.0', '--tls-cert', cert, '--tls-key', key];
  gateway = run(['gateway', '--token-file', join(program.data, 'tokens.json'), '--port', port, ...tls]);
  url = `https://localhost:${port}`;
  await until('the gateway', () => gateway.output().includes('Aurora gateway on'));
});
afterAll(async () => {
  // Whatever of it had come to be.
  gateway?.child.kill('SIGTERM');
  await program?.stop();
  await redis?.stop();
  expect(await gateway?.exited).toBe(0);
});

/** fetch knows no certificate of ours. */
function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { headers, ca: readFileSync(certificate.cert) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const options = { transports: ['websocket'], forceNew: true, reconnection: false };
const trusting = () => ({ ...options, ca: readFileSync(certificate.cert, 'utf8') });

describe('a gateway over TLS, with a Redis over TLS', () => {
  it('shows what the engine shows', async () => {
    const { viewer, operator } = program.tokens;
    const offsets = (items: SidebarUpdate[]): number[] => items.map(({ offset }) => offset);
    await until('a first signal', async () => (await program.get<{ items: [] }>('/api/signals')).items.length > 0);
    const boss = io(`${program.url}/sidebar`, { ...options, auth: { token: operator, protocol: 1 } });
    onTestFinished(() => void boss.disconnect());
    // While new results come each look is at another moment.
    expect(await boss.emitWithAck('command', { name: 'pause' })).toEqual({ ok: true });
    await until('the same signals', async () => {
      const here = JSON.parse((await get('/api/signals', bearer(viewer))).body) as { items: SidebarUpdate[] };
      const there = await program.get<{ items: SidebarUpdate[] }>('/api/signals');
      return here.items.length > 0 && String(offsets(here.items)) === String(offsets(there.items));
    });
    expect(await boss.emitWithAck('command', { name: 'resume' })).toEqual({ ok: true });
    const status = await until('a status of after the first copy', async () => {
      const said = JSON.parse((await get('/api/status', bearer(viewer))).body) as Status;
      return said.redis?.connected && said;
    });
    expect(status).toMatchObject({ origin: 'replay', alarms: [] });
    expect(status.agents.map(({ agent_id }) => agent_id)).toContain('analyst-1');
    expect((await get('/metrics', bearer(viewer))).body).toContain('aurora_redis_connected 1');
    expect((await get('/')).status).toBe(200);
  });

  it('feeds a viewer, and refuses it a command with the engine’s address', async () => {
    const socket = io(`${url}/sidebar`, { ...trusting(), auth: { token: program.tokens.operator, protocol: 1 } });
    const snapshot = await new Promise<Snapshot>((resolve) => {
      socket.on('snapshot', (first: Snapshot, ack: (answer: object) => void) => {
        ack({});
        resolve(first);
      });
    });
    expect(snapshot.full).toBe(true);
    const rows = await new Promise<SidebarUpdate[]>((resolve) => socket.once('sidebar_update', resolve));
    expect(rows[0]?.offset).toBeGreaterThan(snapshot.offset);
    const reply = await socket.emitWithAck('command', { name: 'pause' });
    expect(reply).toMatchObject({ ok: false, code: 'not_found' });
    expect(reply.message).toContain(program.url);
    socket.disconnect();
  });

  it('names the engine for all that is not its own, to those who may know', async () => {
    for (const path of ['/api/results', '/api/tasks', '/api/export', '/api/bars?symbol=ADA/BTC&timeframe=5m']) {
      const { status, body } = await get(path, bearer(program.tokens.viewer));
      expect(status).toBe(404);
      expect(body).toContain(program.url);
      expect((await get(path)).status).toBe(401);
    }
  });

  it('tells an agent where the engine is', async () => {
    const auth = { token: program.tokens.agent, protocol: 1, agent_id: 'lost', instance: 'lost' };
    const socket = io(`${url}/agents`, { ...trusting(), auth });
    const refused = await new Promise<Error & { data?: { message: string } }>((resolve) =>
      socket.once('connect_error', resolve),
    );
    expect(refused.data).toMatchObject({ code: 'not_found', retry: false });
    expect(refused.data?.message).toContain(program.url);
    socket.disconnect();
  });

  it('lets nobody in without a token, or from another page', async () => {
    expect((await get('/api/signals')).status).toBe(401);
    expect((await get('/api/signals', bearer(program.tokens.agent))).status).toBe(403);
    const foreign = { ...bearer(program.tokens.viewer), origin: 'https://evil.example' };
    expect((await get('/api/signals', foreign)).status).toBe(403);
    expect((await get('/api/signals', { ...bearer(program.tokens.viewer), origin: url })).status).toBe(200);
  });

  it('keeps credentials out of logs, output and status', async () => {
    const status = JSON.stringify(await program.get('/api/status'));
    const logs = join(program.data, 'logs');
    const lines = readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8'));
    const said = [status, ...lines, program.output(), gateway.output(), await redis.ask('GET', 'aaos:screen')].join('');
    expect(said).toContain('localhost:');
    expect(said).not.toContain(PASSWORD);
  });

  it('says so when nothing is heard of the engine, and goes on showing what it has', async () => {
    const { viewer } = program.tokens;
    process.kill(program.pid, 'SIGSTOP');
    const silent = async () => (JSON.parse((await get('/api/status', bearer(viewer))).body) as Status).silent;
    expect(await until('the gateway to say so', silent)).toBe(
      'Nothing is heard of the engine: what is shown may be old',
    );
    process.kill(program.pid, 'SIGCONT');
    await until('the engine to be heard again', async () => (await silent()) === null);
    expect(JSON.parse((await get('/api/signals', bearer(viewer))).body).items.length).toBeGreaterThan(0);
  });
});

describe('what is refused at its start', () => {
  const start = async (...args: string[]): Promise<string> => {
    const { exited, output } = run(args, undefined, { AURORA_REDIS: '' });
    expect(await exited).toBe(2);
    return output();
  };

  it('is a gateway that would talk to other machines unencrypted', async () => {
    const tokens = join(program.data, 'tokens.json');
    const given = ['gateway', '--redis', redis.url, '--token-file', tokens];
    const [remote, secret, nameless, tokenless] = await Promise.all([
      start(...given, '--host', '0.0.0.0'),
      start('gateway', '--redis', 'redis://u:s3cret@192.0.2.1', '--token-file', tokens),
      start('gateway', '--token-file', tokens),
      start('gateway', '--redis', redis.url, '--token-file', '/nowhere'),
    ]);
    expect(remote).toContain('--without-tls');
    expect(secret).not.toContain('s3cret');
    expect(nameless).toContain('--redis');
    expect(tokenless).toContain('tokens.json');
  });
});

describe('an engine without its Redis', () => {
  it('starts and works as ever, and says what is missing', async () => {
    const engine = await startProgram(['--speed', '3000', '--redis', `redis://127.0.0.1:${await freePort()}`]);
    await until('signals', async () => (await engine.get<{ items: unknown[] }>('/api/signals')).items.length > 0);
    const { redis: copy, alarms } = await until('an alarm', async () => {
      const status = await engine.get<Status>('/api/status');
      return status.alarms.length > 0 && status;
    });
    expect(copy).toMatchObject({ connected: false, offset: 0 });
    expect(copy?.lag).toBeGreaterThan(0);
    expect(alarms.join()).toMatch(/^Redis at 127\.0\.0\.1:\d+: it does not answer/);
    expect(await engine.stop()).toBe(0);
  });

  it('stops in time while Redis stands still', async () => {
    const server = await RedisServer.start(aFolder());
    onTestFinished(() => server.stop());
    const engine = await startProgram(['--feed', 'none', '--agents', 'none', '--redis', server.url]);
    await until('the copy', async () => (await engine.get<Status>('/api/status')).redis?.connected);
    server.pause();
    expect(await engine.stop()).toBe(0);
  });
});

describe('aurora follow', () => {
  it('prints each result once for a group, and goes on where it was', async () => {
    const server = await RedisServer.start(aFolder());
    onTestFinished(() => server.stop());
    const engine = await startProgram(['--speed', '3000', '--redis', server.url]);
    onTestFinished(() => void engine.stop());
    const offsetsOf = ({ output }: Run): number[] =>
      output()
        .split('\n')
        // The last one may be cut off.
        .slice(0, -1)
        .flatMap((line) => (line.startsWith('{"offset"') ? [(JSON.parse(line) as { offset: number }).offset] : []));
    const printed: number[] = [];
    for (let life = 0; life < 2; life += 1) {
      const follower = run(['follow', '--redis', server.url]);
      await until('some results', () => offsetsOf(follower).length > 30);
      follower.child.kill('SIGTERM');
      expect(await follower.exited).toBe(0);
      printed.push(...offsetsOf(follower));
    }
    expect(printed).toEqual(Array.from({ length: printed.length }, (_, at) => at + 1));
  });
});
