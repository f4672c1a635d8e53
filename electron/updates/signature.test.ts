import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSigned } from './signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = (key: typeof publicKey): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
const key = spki(publicKey);
const text = 'version: 1.2.3\nsha512: abc\n';
const signature = sign(null, Buffer.from(text), privateKey).toString('base64');

it('holds for the text that was signed', () => {
  expect(isSigned(text, `${signature}\n`, key)).toBe(true);
});

it('does not hold once anything of the text is changed', () => {
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, other) => {
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      fc.pre(changed !== text);
      expect(isSigned(changed, signature, key)).toBe(false);
    }),
  );
});

it('does not hold for another’s key, or one of another kind', () => {
  expect(isSigned(text, signature, spki(generateKeyPairSync('ed25519').publicKey))).toBe(false);
  expect(isSigned(text, signature, spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey))).toBe(false);
});

it.each(['', 'no', '<html>404</html>', signature.slice(0, -8)])('%j is no signature', (told) => {
  expect(isSigned(text, told, key)).toBe(false);
});

it('does not hold where there is no key', () => {
  expect(isSigned(text, signature, '')).toBe(false);
});

it('holds for what the packager signs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-sign-'));
  const pem = join(mkdtempSync(join(tmpdir(), 'aurora-key-')), 'key.pem');
  writeFileSync(pem, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(folder, 'latest-linux.yml'), text);
  writeFileSync(join(folder, 'aurora.deb'), 'package');
  const signer = join(import.meta.dirname, '..', '..', 'scripts', 'dist-sign.mjs');
  const env = { ...process.env, AURORA_UPDATE_SIGNING_KEY: pem };
  expect(spawnSync(process.execPath, [signer, folder], { env }).status).toBe(0);
  expect(isSigned(text, readFileSync(join(folder, 'latest-linux.yml.sig'), 'utf8'), key)).toBe(true);
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
  expect(sums).toMatch(/^[0-9a-f]{64} {2}aurora\.deb\n$/);
  expect(isSigned(sums, readFileSync(join(folder, 'SHA256SUMS.sig'), 'utf8'), key)).toBe(true);
});
