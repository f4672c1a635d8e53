import { UsageError } from '../kit/errors.ts';
import { parseUrl } from '../kit/parse-url.ts';

export interface RedisAddress {
  /** With credentials: never to be shown. */
  readonly url: string;
  /** Host, port and database, for people. */
  readonly says: string;
  /** What no log may hold. */
  readonly secrets: readonly string[];
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Reads where a Redis is; throws UsageError, which never repeats what was given, for it may hold a password.
 * What leaves this machine is encrypted, unless `plain` says that it need not be.
 */
export function redisAddress(text: string, plain: boolean): RedisAddress {
  const given = /^rediss?:\/\/[^/]/.test(text) ? parseUrl(text) : null;
  if (!given)
    throw new UsageError('--redis is not an address: write redis://HOST:PORT or rediss://USER:PASSWORD@HOST:PORT');
  const { protocol, hostname, port, pathname, username, password } = given;
  if (protocol === 'redis:' && !plain && !LOOPBACK.has(hostname))
    throw new UsageError(
      `--redis would send everything to ${hostname} unencrypted: write rediss://, or add --without-tls where the network is your own`,
    );
  const database = pathname.replace(/^\/0?$/, '');
  return {
    url: text,
    says: `${hostname}:${port || 6379}${database}`,
    secrets: [...new Set([password, decodeURIComponent(password), username && password ? text : ''])].filter(Boolean),
  };
}
