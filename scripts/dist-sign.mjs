// Signs what an updater reads: `node scripts/dist-sign.mjs FOLDER` with the makers' Ed25519 key (PEM, a file) in
// AURORA_UPDATE_SIGNING_KEY. Beside each latest*.yml its .sig, and SHA256SUMS of all files for people, with one too.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Signs the offers in a folder of packages; without a key there are only the sums. */
export function signPackages(folder, keyFile) {
  const key = keyFile ? createPrivateKey(readFileSync(keyFile)) : null;
  if (key && key.asymmetricKeyType !== 'ed25519') throw new Error(`${keyFile} is no Ed25519 key`);
  const files = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  const packages = files.filter((name) => /\.(exe|dmg|zip|AppImage|deb|rpm|tar\.gz)$/.test(name));
  const sums = packages.map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex')}  ${name}\n`,
  );
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  if (!key) return;
  for (const name of ['SHA256SUMS', ...files.filter((file) => /^latest.*\.yml$/.test(file))])
    writeFileSync(join(folder, `${name}.sig`), sign(null, readFileSync(join(folder, name)), key).toString('base64'));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  signPackages(process.argv[2], process.env.AURORA_UPDATE_SIGNING_KEY);
