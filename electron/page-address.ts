import { readFile, realpath } from 'node:fs/promises';
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
  return isInside(folder, file) ? file : null;
}

function isInside(folder: string, file: string): boolean {
  const inside = relative(folder, file);
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
}

/** What such a file holds; null where there is none, or where a link leads out of the folder. */
export async function contentOf(folder: string, file: string): Promise<Buffer | null> {
  try {
    const [real, within] = await Promise.all([realpath(file), realpath(folder)]);
    return isInside(within, real) ? await readFile(real) : null;
  } catch {
    return null;
  }
}
