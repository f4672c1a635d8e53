import { readFileSync } from 'node:fs';

const PROTOCOL = new URL('../../docs/protocol.md', import.meta.url);

/** The protocol page's examples of what comes in, by the event that brings them. */
const BROUGHT_BY: Readonly<Record<string, [namespace: string, event: string]>> = {
  heartbeat: ['/agents', 'heartbeat'],
  'task-complete': ['/agents', 'task_complete'],
  'task-failed': ['/agents', 'task_failed'],
  'processing-enter': ['/agents', 'processing_enter'],
  'processing-leave': ['/agents', 'processing_leave'],
  command: ['/sidebar', 'command'],
  painted: ['/sidebar', 'painted'],
};

function examples(): Map<string, unknown> {
  const blocks = readFileSync(PROTOCOL, 'utf8').matchAll(/^```json ([\w-]+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, name = '', body = '']) => [name, JSON.parse(body) as unknown]));
}

/** Sound packets as they stand on the wire after engine.io's own digit, one for each event that somebody may send. */
export function soundPackets(namespace: string): string[] {
  const known = examples();
  return Object.entries(BROUGHT_BY).flatMap(([name, [to, event]]) => {
    if (to !== namespace) return [];
    const body = known.get(name);
    if (body === undefined) throw new Error(`docs/protocol.md has no example of ${name}`);
    return [`2${to},7${JSON.stringify([event, body])}`, `2${to},${JSON.stringify([event, body])}`];
  });
}
