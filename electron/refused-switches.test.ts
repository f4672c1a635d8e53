import { describe, expect, it } from 'vitest';
import { startCommand } from '../core/engine/settings.ts';
import { refusedSwitches } from './refused-switches.ts';

const own = new Set(startCommand().options.flatMap(({ long }) => long?.slice(2) ?? []));

describe('a release', () => {
  it.each([
    '--remote-debugging-port=0',
    '--remote-debugging-port',
    '--remote-debugging-pipe',
    '--REMOTE-DEBUGGING-PORT=0',
    '-remote-debugging-port=0',
    '--remote-debugging-address=0.0.0.0',
    '--inspect',
    '--inspect=0',
    '--inspect-brk=9229',
    '--inspect-port=0',
    '--no-sandbox',
    '--disable-gpu-sandbox',
    '--disable-seccomp-filter-sandbox',
    '--disable-web-security',
    '--load-extension=/tmp/x',
    '--renderer-cmd-prefix=/tmp/x',
    '--gpu-launcher=/tmp/x',
    '--utility-cmd-prefix=/tmp/x',
    '--js-flags=--expose-gc',
    '--host-resolver-rules=MAP * 127.0.0.1',
    '--ignore-certificate-errors',
    '--proxy-server=127.0.0.1:1',
    '--user-data-dir=/tmp/x',
    '--some-switch-of-tomorrow',
  ])('does not start with %s', (argument) => {
    expect(refusedSwitches(['--data', '/tmp/x', argument], own, 'linux')).toEqual([argument]);
  });

  it('sees through the slash that Windows takes for dashes', () => {
    expect(refusedSwitches(['/no-sandbox'], own, 'win32')).toEqual(['/no-sandbox']);
    expect(refusedSwitches(['/home/me/bars.csv'], own, 'linux')).toEqual([]);
  });

  it('starts with its own options, a display’s, and what is no switch', () => {
    const argv = ['--data', '/tmp/x', '--feed=replay', '--speed', '60', '--disable-gpu', '--lang=de', '-', 'bars.csv'];
    expect(refusedSwitches(argv, own, 'linux')).toEqual([]);
  });
});
