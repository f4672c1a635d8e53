import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../store/testing/facts.ts';
import { bindingOf, refuseInWindow } from './binding.ts';
import { startCommand } from './settings.ts';

function aPair(): { tlsCert: string; tlsKey: string } {
  const folder = aFolder();
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(tlsCert, 'a certificate');
  writeFileSync(tlsKey, 'a key');
  return { tlsCert, tlsKey };
}

describe('where a program listens', () => {
  it('is on loopback unless it is told otherwise', () => {
    expect(bindingOf({})).toEqual({ host: '127.0.0.1', tls: null });
    expect(bindingOf({ host: 'localhost' })).toEqual({ host: 'localhost', tls: null });
  });

  it.each(['0.0.0.0', '::', '192.0.2.7'])('on %s needs encryption, or somebody who says that it does not', (host) => {
    expect(() => bindingOf({ host })).toThrow(/give --tls-cert and --tls-key, or --without-tls/);
    expect(bindingOf({ host, withoutTls: true })).toEqual({ host, tls: null });
    const { tls } = bindingOf({ host, ...aPair() });
    expect(tls?.cert.toString()).toBe('a certificate');
  });

  it('wants certificate and key, both of which can be read', () => {
    const { tlsCert, tlsKey } = aPair();
    expect(() => bindingOf({ tlsCert })).toThrow(/belong together/);
    expect(() => bindingOf({ tlsKey })).toThrow(/belong together/);
    expect(() => bindingOf({ tlsCert, tlsKey: join(tlsKey, 'nowhere') })).toThrow(/--tls-key .* cannot be read/);
  });
});

describe('a window', () => {
  const refuse = (args: readonly string[]) => () => refuseInWindow(startCommand().parse(args, { from: 'user' }));

  it.each([
    ['--host', ['--host', '0.0.0.0', '--without-tls']],
    ['--host', ['--host=127.0.0.1']],
    ['--tls-cert', ['--tls-cert', 'c.pem', '--tls-key', 'k.pem']],
    ['--tls-key', ['--tls-key', 'k.pem']],
  ])('does not take %s: %j', (option, args) => {
    expect(refuse(args)).toThrow(`${option} is for an engine without a window`);
    expect(refuse(args)).toThrow('add --headless');
  });

  it('says that it is one to whoever wants none', () => {
    expect(refuse(['--headless', '--host', '0.0.0.0'])).toThrow('this program is one');
  });

  it('takes what is left', () => {
    expect(refuse(['--port', '4480', '--without-tls', '--redis', 'redis://127.0.0.1:1'])).not.toThrow();
  });
});
