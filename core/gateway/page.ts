import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';

/** What the page may load and reach: itself and the one engine. */
const policy = (host: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** Serves the built page with its content security policy. */
export function pageOf(folder: string): MiddlewareHandler {
  const files = serveStatic({ root: folder });
  return async (c, next) => {
    const answer = await files(c, next);
    const response = answer ?? c.res;
    response.headers.set('Content-Security-Policy', policy(c.req.header('host') ?? ''));
    return answer;
  };
}
