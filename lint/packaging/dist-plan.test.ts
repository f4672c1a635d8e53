import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const { distPlan } = await import(new URL('../../scripts/dist-plan.mjs', import.meta.url).href);
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = join(mkdtempSync(join(tmpdir(), 'aurora-plan-')), 'key.pem');
writeFileSync(pem, privateKey.export({ format: 'pem', type: 'pkcs8' }));

const updates = {
  AURORA_UPDATE_URL: 'https://aurora.example/newest/',
  AURORA_UPDATE_KEY: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  AURORA_UPDATE_SIGNING_KEY: pem,
};
const tagged = { ...updates, AURORA_TAG: `v${version}` };
const windows = { ...tagged, WIN_CSC_LINK: 'cert.pfx', AURORA_WINDOWS_PUBLISHERS: 'Aurora GmbH;Aurora UG' };
const mac = {
  ...tagged,
  CSC_LINK: 'cert.p12',
  APPLE_API_KEY: 'key.p8',
  APPLE_API_KEY_ID: 'id',
  APPLE_API_ISSUER: 'issuer',
};

/** An environment without one of its names. */
const without = (env: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

describe('a run for a tag', () => {
  it.each([
    ['linux', tagged],
    ['win32', windows],
    ['darwin', mac],
  ])('has on %s all that a release needs', (platform, env) => {
    expect(distPlan(platform, env).problems).toEqual([]);
  });

  it.each([
    ['win32', windows, 'WIN_CSC_LINK', 'certificate'],
    ['win32', windows, 'AURORA_WINDOWS_PUBLISHERS', 'publisher'],
    ['darwin', mac, 'CSC_LINK', 'certificate'],
    ['darwin', mac, 'APPLE_API_ISSUER', 'notarized'],
    ['linux', tagged, 'AURORA_UPDATE_URL', 'AURORA_UPDATE_URL'],
    ['linux', tagged, 'AURORA_UPDATE_SIGNING_KEY', 'AURORA_UPDATE_SIGNING_KEY'],
  ])('is none on %s without %s', (platform, env, name, problem) => {
    expect(distPlan(platform, without(env as Record<string, string>, name)).problems).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it('is none where the tag is of another version, or the signing key is another’s', () => {
    expect(distPlan('linux', { ...tagged, AURORA_TAG: 'v0.0.9' }).problems).toHaveLength(1);
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    expect(distPlan('linux', { ...tagged, AURORA_UPDATE_KEY: other }).problems).toHaveLength(1);
  });

  it.each([{ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v9' }, { CI_COMMIT_TAG: 'v9' }])('is known by %j', (env) => {
    expect(distPlan('linux', env).problems).not.toEqual([]);
    expect(distPlan('linux', { AURORA_TAG: '', ...env }).problems).not.toEqual([]);
  });

  it('takes an empty text for nothing', () => {
    expect(distPlan('linux', { AURORA_TAG: '', CI_COMMIT_TAG: '' }).problems).toEqual([]);
    expect(distPlan('win32', { ...windows, WIN_CSC_LINK: '', CSC_LINK: 'cert.pfx' }).problems).toEqual([]);
    expect(distPlan('darwin', { ...mac, CSC_LINK: '', CSC_NAME: 'Aurora GmbH' }).app.signed).toBe(true);
    expect(distPlan('darwin', { ...mac, CSC_LINK: '', CSC_NAME: '' }).app.signed).toBe(false);
  });
});

it('has electron-builder fail where it would leave a release unsigned', () => {
  expect(distPlan('win32', windows).config.forceCodeSigning).toBe(true);
  expect(distPlan('darwin', mac).config.forceCodeSigning).toBe(true);
  expect(distPlan('win32', {}).config.forceCodeSigning).toBeUndefined();
});

it('has Windows take newer versions of the named publishers alone, the old name and the new', () => {
  expect(distPlan('win32', windows).config.win.signtoolOptions).toEqual({
    publisherName: ['Aurora GmbH', 'Aurora UG'],
  });
});

it('a run for no tag needs nothing, and tells the app that nobody signed it', () => {
  for (const platform of ['linux', 'win32', 'darwin'])
    expect(distPlan(platform, { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' })).toMatchObject({
      problems: [],
      app: { signed: false, update: null },
    });
  expect(distPlan('darwin', mac).app.signed).toBe(true);
});
