import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { buildPage, buildProgram, compiled, install, node24, program } from './set-up.mjs';
import { windowCommand } from './window.mjs';

const PARENT_MS = 500;

install();
buildPage();
const given = process.argv.slice(2);
const windowed = await windowCommand(given);
if (!windowed) buildProgram();
const [command, ...args] = windowed ?? [node24, program, ...given];
// The channel tells the program that this launcher is gone, however it went: no engine is left behind.
// The cache is the pinned Node's: an Electron has another, and may be too old for it.
const env = command === node24 ? { ...compiled, ...process.env } : process.env;
const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
const parent = process.ppid;
setInterval(() => process.ppid !== parent && child.connected && child.disconnect(), PARENT_MS).unref();
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
