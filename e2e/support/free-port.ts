import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port for an engine that has to be found there again: no other test's engine takes it in between. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
