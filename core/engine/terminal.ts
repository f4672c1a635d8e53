import { once } from 'node:events';
import { join } from 'node:path';
import { systemClock } from '../kit/clock.ts';
import type { Engine } from './engine.ts';
import type { StartSettings } from './settings.ts';
import { signalLine } from './signal-line.ts';
import { signalStream } from './signal-stream.ts';

// Whoever read along may have left (`aurora | head`); the engine goes on.
process.stdout.on('error', () => {});

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves when what was said has been read: a reader that stands still (`aurora | less`) must not fill memory. */
async function taken(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain').catch(() => {});
}

/** Tells the terminal where to look, then each signal as it comes; returns the address to open. */
export function announce(engine: Engine, { data, agents, viewer }: StartSettings, version: string): string {
  const address = `${engine.url}/#token=${viewer ? engine.tokens.viewer : engine.tokens.operator}`;
  const replay = ` at ${engine.speed} × real time: market data of the past, not live`;
  say(`Aurora ${version} · ${engine.origin}${engine.origin === 'replay' ? replay : ''}`);
  say(`Open   ${address}`);
  say(`Data   ${data}`);
  if (!agents) say(`Agents connect to ${engine.url}/agents with the agent token in ${join(data, 'tokens.json')}`);
  say('Ctrl-C ends it. Signals are opinions; Aurora places no orders.');
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const stream = signalStream((update) => say(signalLine(update, colour)), systemClock());
  engine.onSignal((update) => {
    stream(update);
    return taken();
  });
  engine.onReplayEnd(() =>
    say('The replay is at its end. The signals stay; start with another --feed or --data for more.'),
  );
  return address;
}
