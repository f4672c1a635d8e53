import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SidebarUpdate, Status } from '../core/contract/sidebar.ts';
import { aCertificate } from './support/certificate.ts';
import { aFolder } from './support/folders.ts';
import { freePort } from './support/free-port.ts';
import { reachOf, run, until } from './support/program.ts';

it('an engine that is open to other machines over TLS has its own agents, and takes one from another machine', async () => {
  // Of this machine's loopback, where its own agents come in, the certificate says nothing.
  const { cert, key } = aCertificate('DNS:engine.example', 'DNS:localhost');
  const data = aFolder();
  const port = await freePort();
  const open = ['--host', '0.0.0.0', '--port', port, '--tls-cert', cert, '--tls-key', key];
  const engine = run(['start', '--headless', '--data', data, '--speed', '3000', ...open]);
  onTestFinished(() => void engine.child.kill('SIGKILL'));
  await until('the engine to listen', () => existsSync(join(data, 'endpoint.json')));
  const { tokens } = reachOf(data);
  const get = <T>(path: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${tokens.viewer}` };
      const asked = { headers, ca: readFileSync(cert) };
      const sent = request(`https://localhost:${port}${path}`, asked, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        response.on('end', () => resolve(JSON.parse(body) as T));
      });
      sent.on('error', reject).end();
    });
  const connected = async (): Promise<string[]> => {
    const { agents = [] } = await get<Partial<Status>>('/api/status');
    return agents.filter(({ state }) => state !== 'disconnected').map(({ agent_id }) => agent_id);
  };
  await until('a validated signal', async () => {
    const { items = [] } = await get<{ items?: SidebarUpdate[] }>('/api/signals');
    return items.some(({ stage }) => stage === 'signal');
  });
  expect(await connected()).toEqual(['analyst-1', 'validator-1']);

  const url = `https://localhost:${port}`;
  const said = ['agent', '--type', 'analyst', '--name', 'far', '--url', url, '--token', tokens.agent];
  const agent = run([...said, '--data', aFolder()], undefined, { NODE_EXTRA_CA_CERTS: cert });
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  await until('the agent from elsewhere', async () => (await connected()).includes('far'));
});
