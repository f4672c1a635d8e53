import { createServer } from 'node:net';

/** A program that wants this port of loopback, and tries again and again until it has it. */
export function thiefOf(port: number) {
  const server = createServer();
  let tries = 0;
  let isStopped = false;
  const attempt = (): void => {
    if (isStopped) return;
    tries += 1;
    server.listen(port, '127.0.0.1');
  };
  server.on('error', () => setImmediate(attempt));
  attempt();
  return {
    tries: () => tries,
    hasIt: () => server.listening,
    stop() {
      isStopped = true;
      server.close();
    },
  };
}
