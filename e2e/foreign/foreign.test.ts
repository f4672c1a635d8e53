import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startProgram } from '../support/program.ts';

const script = fileURLToPath(new URL('./agent-and-viewer.mjs', import.meta.url));

it('a foreign process, written against the protocol alone, is agent and viewer in one and sees its result come back', async () => {
  const program = await startProgram(['--feed', 'none', '--agents', 'none']);
  try {
    const { agent, viewer, operator } = program.tokens;
    const { stdout } = await promisify(execFile)(process.execPath, [script, program.url, agent, viewer, operator], {
      timeout: 15_000,
    });
    expect(stdout.trim().split('\n').sort()).toEqual(['ack stored #1', 'saw FOREIGN/USD 1h SELL 0.71 of foreign-js']);
  } finally {
    expect(await program.stop()).toBe(0);
  }
});
