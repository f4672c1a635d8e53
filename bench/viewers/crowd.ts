import { Counter } from './counter.ts';
import { type CrowdReport, type FromCrowd, MANNERS, type Manner, type ToCrowd } from './messages.ts';
import { stateOf } from './state.ts';
import { latency, Watcher } from './watcher.ts';

/** How many knock at the same time. */
const AT_ONCE = 16;
const EQUAL_MS = 60_000;
const LOOK_MS = 50;

const answer = (message: FromCrowd): void => void process.send?.(message);
const viewers: (Counter | Watcher)[] = [];
let start = { ...total(), cpu: process.cpuUsage(), at: performance.now() };

function total() {
  const sum = (of: 'messages' | 'bytes'): number => viewers.reduce((all, viewer) => all + viewer[of], 0);
  return { messages: sum('messages'), bytes: sum('bytes') };
}

async function watch({ url, token, symbols, crowd }: Extract<ToCrowd, { ask: 'watch' }>): Promise<void> {
  const manners = MANNERS.flatMap((manner) => Array<Manner>(crowd[manner]).fill(manner)).values();
  const one = async (): Promise<void> => {
    for (const manner of manners) {
      const viewer =
        manner === 'decoding' ? new Watcher(url, token, symbols) : new Counter(url, token, symbols, manner);
      viewers.push(viewer);
      await viewer.watching;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

function measure(): void {
  latency.reset();
  start = { ...total(), cpu: process.cpuUsage(), at: performance.now() };
}

function report(): CrowdReport {
  const { messages, bytes } = total();
  const { user, system } = process.cpuUsage(start.cpu);
  const ms = (microseconds: number): number => microseconds / 1_000;
  return {
    viewers: viewers.length,
    messages: messages - start.messages,
    bytes: bytes - start.bytes,
    cpu: (user + system) / 1_000 / (performance.now() - start.at),
    latency:
      latency.count === 0
        ? null
        : {
            rows: latency.count,
            p50: ms(latency.percentile(50)),
            p99: ms(latency.percentile(99)),
            max: ms(latency.max),
          },
  };
}

async function compare(state: string): Promise<number> {
  const end = performance.now() + EQUAL_MS;
  for (;;) {
    const equal = viewers.filter(({ shown }) => stateOf(shown) === state).length;
    if (equal === viewers.length || performance.now() > end) return equal;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

process.on('message', async (message: ToCrowd) => {
  switch (message.ask) {
    case 'watch':
      await watch(message);
      return answer({ is: 'watching' });
    case 'measure':
      measure();
      return answer({ is: 'measuring' });
    case 'report':
      return answer({ is: 'report', report: report() });
    case 'decode':
      for (const viewer of viewers) if (viewer instanceof Counter) viewer.decode();
      return answer({ is: 'decoding' });
    case 'compare':
      return answer({ is: 'compared', equal: await compare(message.state) });
  }
});

process.on('disconnect', () => process.exit());
