import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Context, Hono } from 'hono';
import { pagePolicy, withNonce } from '../contract/page-policy.ts';

/** Serves the built page, its index with a policy and a nonce of its own each time. */
export function servePage(app: Hono, folder: string, nonce: () => string): void {
  const index = async (c: Context) => {
    const fresh = nonce();
    const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
    if (html === null) return c.text('The page is not built: start Aurora with npm start, which builds it.', 404);
    c.header(
      'Content-Security-Policy',
      pagePolicy({ nonce: fresh, connect: ['ws', 'wss'].map((scheme) => `${scheme}://${c.req.header('host')}`) }),
    );
    c.header('Cache-Control', 'no-store');
    return c.html(withNonce(html, fresh));
  };
  app.get('/', index);
  app.get('/index.html', index);
  app.use('/assets/*', serveStatic({ root: folder }));
}
