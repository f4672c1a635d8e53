import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import { protocol } from 'electron';
import { pagePolicy, withNonce } from '../core/contract/page-policy.ts';

const SCHEME = 'aurora-app';
const HOST = 'app';
export const PAGE_URL = `${SCHEME}://${HOST}/index.html`;
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Whether a URL is the window's own page: Node knows no origin of a scheme of our own. */
export function isOwnPage(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol: scheme, host } = new URL(url);
  return scheme === `${SCHEME}:` && host === HOST;
}

/** Must run before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Path of the file that a URL of the page means, or null where it leaves the folder. */
export function fileOf(folder: string, url: string): string | null {
  if (!isOwnPage(url)) return null;
  let path: string;
  try {
    path = decodeURIComponent(new URL(url).pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const file = resolve(join(folder, path));
  const inside = relative(folder, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? null : file;
}

const refused = (status: number): Response => new Response(null, { status });

/** Serves the built page, and nothing else, under a scheme of its own; `connect` names the engine's address by now. */
export function servePage(folder: string, connect: () => readonly string[]): void {
  protocol.handle(SCHEME, async ({ method, url }) => {
    if (method !== 'GET') return refused(405);
    const file = fileOf(folder, url);
    const type = file && TYPES[extname(file)];
    if (!file || !type) return refused(404);
    const content = await readFile(file).catch(() => null);
    if (!content) return refused(404);
    const headers = { 'content-type': type, 'x-content-type-options': 'nosniff' };
    if (extname(file) !== '.html') return new Response(content, { headers });
    const nonce = randomBytes(16).toString('base64');
    return new Response(withNonce(content.toString('utf8'), nonce), {
      headers: { ...headers, 'content-security-policy': pagePolicy({ nonce, connect: connect() }) },
    });
  });
}
