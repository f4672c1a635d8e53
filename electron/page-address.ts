import { isAbsolute, join, relative, resolve } from 'node:path';

export const SCHEME = 'aurora-app';
const HOST = 'app';
export const PAGE_ORIGIN = `${SCHEME}://${HOST}`;
export const PAGE_URL = `${PAGE_ORIGIN}/index.html`;

/** Whether a URL is the window's own page: Node knows no origin of a scheme of our own. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol: scheme, host } = new URL(url);
    return scheme === `${SCHEME}:` && host === HOST;
  } catch {
    return false;
  }
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
