import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { UPDATER_RULES } from '../../electron/updates/rules.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const config = parse(read('electron-builder.yml'));
const lock = JSON.parse(read('package-lock.json')).packages;
const own = JSON.parse(read('package.json'));

interface Target {
  target: string;
  arch: string[];
}
const targets = ({ target }: { target: Target[] }) => target.map((one) => [one.target, one.arch]);
const BOTH = ['x64', 'arm64'];
const FILLED: Readonly<Record<string, string>> = { version: '1.2.3', os: 'linux', platform: 'linux', arch: 'x64' };
/** A pattern of the packager's as it fills it in. */
const filled = (pattern: string, ext = ''): string =>
  pattern.replaceAll(/\$\{(\w+)\}/g, (_all, name) => (name === 'ext' ? ext : (FILLED[name] ?? '?')));

describe('the packages', () => {
  it('are what each system’s users expect, for both processors; never the installer that fetches its payload', () => {
    expect(targets(config.win)).toEqual([['nsis', BOTH]]);
    // Updates on macOS take the zip.
    expect(targets(config.mac)).toEqual([
      ['dmg', BOTH],
      ['zip', BOTH],
    ]);
    expect(targets(config.linux)).toEqual([
      ['AppImage', BOTH],
      ['deb', BOTH],
      ['rpm', BOTH],
      ['tar.gz', BOTH],
    ]);
    expect(JSON.stringify(config)).not.toContain('nsis-web');
    expect(config.nsisWeb).toBeUndefined();
  });

  it('have names that tell version, system and processor; the AppImage’s alone no version', () => {
    expect(filled(config.artifactName, 'deb')).toBe('aurora-1.2.3-linux-x64.deb');
    expect(filled(config.appImage.artifactName, 'AppImage')).toBe('aurora-linux-x64.AppImage');
    expect(config.productName).not.toContain(' ');
  });

  it('keep the file of an AppImage where it is when they are renewed: its name has no version in it', () => {
    // The updater's own rule: a name with a version gives way to the new one's, and links to it break.
    const updater = read('node_modules/electron-updater/out/AppImageUpdater.js');
    const [, rule = ''] = /!\/(.+?)\/\.test\(existingBaseName\)/.exec(updater) ?? [];
    expect(new RegExp(rule).test('aurora-0.1.0-linux-x86_64.AppImage')).toBe(true);
    expect(new RegExp(rule).test(filled(config.appImage.artifactName, 'AppImage'))).toBe(false);
  });

  it('never turn the sandbox off: no package is started with a switch, an AppImage by the project’s own script', () => {
    expect(config.appImage.executableArgs).toEqual([]);
    expect(config.linux.executableArgs).toBeUndefined();
    expect(config.linux.extraFiles).toEqual([{ from: 'build/linux/AppRun', to: 'AppRun' }]);
    const code = read('build/linux/AppRun').replaceAll(/^#.*$/gm, '');
    expect(code).not.toContain('no-sandbox');
    for (const script of ['after-install.sh', 'after-remove.sh', 'apparmor-profile'])
      expect(read(`build/linux/${script}`)).not.toContain('no-sandbox');
  });

  it('bring what the sandbox needs on Linux: a profile, a helper of root’s, and both are taken away again', () => {
    for (const kind of ['deb', 'rpm'])
      expect(config[kind]).toMatchObject({
        appArmorProfile: 'build/linux/apparmor-profile',
        afterInstall: 'build/linux/after-install.sh',
        afterRemove: 'build/linux/after-remove.sh',
      });
    expect(read('build/linux/apparmor-profile')).toMatch(/^\s*userns,$/m);
    expect(read('build/linux/after-install.sh')).toContain('chmod 4755');
    expect(read('build/linux/after-remove.sh')).toContain('apparmor_parser --remove');
  });

  it('a .deb asks for what Chromium links, under the names before and after Debian’s change of time_t', () => {
    expect(config.deb.depends).toEqual([
      'libgtk-3-0 | libgtk-3-0t64',
      'libnss3',
      'libasound2 | libasound2t64',
      'libgbm1',
      'xdg-utils',
      'libatspi2.0-0 | libatspi2.0-0t64',
      'libnotify4',
      'libsecret-1-0',
    ]);
    // Left out, the packager would recommend a library that no Debian has any more.
    expect(config.deb.recommends).toEqual([]);
  });

  it('on Windows install without an administrator and leave the data where it is', () => {
    expect(config.nsis).toMatchObject({ oneClick: true, perMachine: false, deleteAppDataOnUninstall: false });
    expect(config.win.verifyUpdateCodeSignature).toBe(true);
  });

  it('on macOS run hardened, with no entitlement but to compile, and are notarized', () => {
    expect(config.mac).toMatchObject({ hardenedRuntime: true, gatekeeperAssess: false, notarize: true });
    expect(config.mac.minimumSystemVersion).toBe('13.0');
    const keys = [...read('build/entitlements.mac.plist').matchAll(/<key>(.+?)<\/key>/g)].map(([, key]) => key);
    expect(keys).toEqual(['com.apple.security.cs.allow-jit']);
  });

  it('hold the one native module for their own machine, unpacked, and no source or map', () => {
    expect(config.npmRebuild).toBe(false);
    expect(config.asarUnpack).toEqual(['**/*.node']);
    expect(config.asar).not.toBe(false);
    const files = config.files.map((one: string) => filled(one));
    const all = files.indexOf('!node_modules/better-sqlite3/prebuilds/*');
    // What comes later goes first.
    expect(all).toBeGreaterThan(0);
    expect(files.indexOf('node_modules/better-sqlite3/prebuilds/linux-x64.node')).toBeGreaterThan(all);
    expect(files).toContain('!**/*.map');
    expect(config.afterPack).toBe('scripts/dist-after-pack.mjs');
  });

  it('name every fuse', () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    });
  });
});

describe('updates', () => {
  it('do nothing by themselves', () => {
    expect(UPDATER_RULES).toEqual({
      autoDownload: false,
      autoInstallOnAppQuit: false,
      autoRunAppAfterInstall: true,
      allowDowngrade: false,
      allowPrerelease: false,
      disableWebInstaller: true,
      disableDifferentialDownload: true,
    });
  });

  it('are taken by an updater without the holes of those before 6.3.1, pinned', () => {
    const { version } = lock['node_modules/electron-updater'];
    expect(own.dependencies['electron-updater']).toBe(version);
    const [major, minor, patch] = version.split('.').map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(6_003_001);
  });

  it('electron and its packager are pinned', () => {
    for (const name of ['electron', 'electron-builder'])
      expect(own.devDependencies[name]).toBe(lock[`node_modules/${name}`].version);
    // Version 27 has other keys.
    expect(own.devDependencies['electron-builder']).toMatch(/^26\./);
  });
});

it('the configuration is one that electron-builder takes', () => {
  const require = createRequire(import.meta.url);
  const builder = createRequire(require.resolve('electron-builder/package.json'));
  const { validateConfiguration } = builder('app-builder-lib/out/util/config/config.js');
  return expect(validateConfiguration(config, { isEnabled: false, add: () => {} })).resolves.toBeUndefined();
});
