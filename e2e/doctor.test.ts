import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aCertificate } from './support/certificate.ts';
import { aFolder } from './support/folders.ts';
import { run, startProgram } from './support/program.ts';
import { canMount, smallDisk } from './support/small-disk.ts';

async function doctor(args: readonly string[], disk?: Parameters<typeof run>[1], env?: Record<string, string>) {
  const { exited, output } = run(['doctor', ...args], disk, env);
  const code = await exited;
  const findings = Object.fromEntries(
    output()
      .trim()
      .split('\n')
      .map((line) => [line.slice(6, 15).trim(), `${line.slice(0, 4).trim()} ${line.slice(16)}`]),
  );
  return { code, findings };
}

describe('aurora doctor', () => {
  it('looks at everything that a start needs', async () => {
    const { code, findings } = await doctor(['--data', aFolder()]);
    expect(Object.keys(findings)).toEqual(['Node', 'Folder', 'Disk', 'Port', 'Display', 'Electron', 'Clock']);
    expect(findings.Folder).toMatch(/^ok .* takes writes, and no engine is at work on it/);
    expect(findings.Disk).toMatch(/^(ok|note) .*MB free.*a synced write takes [\d.]+ ms/);
    expect(code).toBe(0);
  });

  it('says whose a folder is, and what to do about a port and a Redis', async () => {
    const engine = await startProgram(['--feed', 'none', '--agents', 'none']);
    const { port } = new URL(engine.url);
    const { code, findings } = await doctor(['--data', engine.data, '--port', port, '--redis', 'redis://127.0.0.1:1']);
    await engine.stop();
    expect(findings.Folder).toContain(`in use by Aurora (headless) (process ${engine.pid}`);
    expect(findings.Port).toBe(`BAD ${port} is in use: stop what listens there, or leave --port out`);
    expect(findings.Redis).toMatch(/^BAD 127\.0\.0\.1 cannot be reached .*start Aurora without --redis: it needs none/);
    expect(code).toBe(1);
  });

  it('speaks TLS with a Redis that does, and says where nothing is answered', async () => {
    const { cert, key } = aCertificate('DNS:localhost');
    const [pem, secret] = [readFileSync(cert), readFileSync(key)];
    const secure = createSecureServer({ cert: pem, key: secret }, (socket) => socket.end('+PONG\r\n'));
    const shut = createServer((socket) => socket.end());
    for (const server of [secure, shut]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
    }
    const asked = async (server: Server, scheme: string) => {
      const { port } = server.address() as AddressInfo;
      const redis = `${scheme}://localhost:${port}`;
      return (await doctor(['--data', aFolder(), '--redis', redis], undefined, { NODE_EXTRA_CA_CERTS: cert })).findings
        .Redis;
    };
    expect(await asked(secure, 'rediss')).toMatch(/^ok localhost:\d+ answers/);
    expect(await asked(shut, 'redis')).toMatch(/^BAD localhost ends the connection without an answer/);
  });

  it('says that a disk is nearly full', async () => {
    expect(canMount()).toBe(true);
    const data = aFolder();
    const { code, findings } = await doctor(['--data', data], smallDisk(data, '20m', 1_000));
    expect(findings.Disk).toMatch(/^BAD \d+ MB free: make room, or move the data with --data/);
    expect(code).toBe(1);
  });
});
