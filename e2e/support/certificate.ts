import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { aFolder } from './folders.ts';

/** Where a certificate and its key lie, PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** A certificate that nobody has signed but itself, made out to these: "DNS:localhost", "IP:127.0.0.1". */
export function aCertificate(...names: readonly string[]): Certificate {
  const folder = aFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const how = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=a test', '-addext', `subjectAltName=${names.join()}`];
  const made = spawnSync('openssl', ['req', '-x509', ...how, ...name, '-keyout', key, '-out', cert]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
  return { cert, key };
}
