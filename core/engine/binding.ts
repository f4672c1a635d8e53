import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Binding, isLoopback } from '../gateway/door.ts';
import { messageOf, UsageError } from '../kit/errors.ts';

/** What a person may say of where a program listens. */
export interface BindingFlags {
  host?: string;
  tlsCert?: string;
  tlsKey?: string;
  withoutTls?: boolean;
}

/** The options of it, the same for an engine and a gateway. */
export const withBinding = (command: Command): Command =>
  command
    .option('--host <address>', 'listen on this address of this machine, 0.0.0.0 for all (default: 127.0.0.1)')
    .option('--tls-cert <file>', 'certificate, PEM: needed where other machines may connect')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--without-tls', 'let what leaves this machine go unencrypted, tokens too');

/** Throws UsageError where a window is told where to listen, or to be none: its engine is for this machine alone. */
export function refuseInWindow(command: Command): void {
  const { host, tlsCert, tlsKey, headless } = command.opts<BindingFlags & { headless?: boolean }>();
  if (headless)
    throw new UsageError('--headless is an engine without a window, and this program is one: npm start -- --headless');
  const [said] = Object.entries({ '--host': host, '--tls-cert': tlsCert, '--tls-key': tlsKey }).filter(
    ([, value]) => value !== undefined,
  );
  if (said)
    throw new UsageError(
      `${said[0]} is for an engine without a window, a window's is for this machine alone: add --headless (npm start -- --headless)`,
    );
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new UsageError(`${option} ${file} cannot be read (${messageOf(cause)})`, { cause });
  }
}

/** Reads them; throws UsageError where other machines could connect without encryption and nobody said that they may. */
export function bindingOf({
  host = '127.0.0.1',
  tlsCert,
  tlsKey,
  withoutTls = false,
}: BindingFlags): Omit<Binding, 'port'> {
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key belong together: give both');
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? null
      : { cert: readPem('--tls-cert', tlsCert), key: readPem('--tls-key', tlsKey) };
  if (!tls && !withoutTls && !isLoopback(host))
    throw new UsageError(
      `--host ${host} lets other machines connect: give --tls-cert and --tls-key, or --without-tls where something else encrypts, or the network is your own`,
    );
  return { host, tls };
}
