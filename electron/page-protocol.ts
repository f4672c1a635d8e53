import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { protocol } from 'electron';
import { pagePolicy, withNonce } from '../core/contract/page-policy.ts';
import { contentOf, fileOf, SCHEME } from './page-address.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

const refused = (status: number): Response => new Response(null, { status });

/** Serves the built page, and nothing else, under a scheme of its own; `connect` names the engine's address by now. */
export function servePage(folder: string, connect: () => readonly string[]): void {
  protocol.handle(SCHEME, async ({ method, url }) => {
    if (method !== 'GET') return refused(405);
    const file = fileOf(folder, url);
    const type = file && TYPES[extname(file)];
    if (!file || !type) return refused(404);
    const content = await contentOf(folder, file);
    if (!content) return refused(404);
    const headers = { 'content-type': type, 'x-content-type-options': 'nosniff' };
    if (extname(file) !== '.html') return new Response(new Uint8Array(content), { headers });
    const nonce = randomBytes(16).toString('base64');
    return new Response(withNonce(content.toString('utf8'), nonce), {
      headers: { ...headers, 'content-security-policy': pagePolicy({ nonce, connect: connect() }) },
    });
  });
}
