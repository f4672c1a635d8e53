import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import type { EngineState } from '../contract/window.ts';
import { prepareDataFolder } from '../engine/data-folder.ts';
import { Doorway } from '../engine/doorway.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { type KeptEngine, type KeptOptions, keepEngine } from '../engine/kept-engine.ts';
import { openLog } from '../engine/log.ts';
import { ProgramKeys } from '../engine/model-keys-program.ts';
import { engineOptions, type StartSettings } from '../engine/settings.ts';
import { announce, say } from '../engine/terminal.ts';
import { systemClock } from '../kit/clock.ts';
import { FILES, VERSION } from './places.ts';
import { stayAwake, untilAskedToStop } from './process-life.ts';

const DRAIN_MS = 3_000;

/** Opens the address in the user's browser; where there is none, the printed address stands. */
function openBrowser(address: string): void {
  const command = platform() === 'darwin' ? 'open' : platform() === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(command, [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

async function stop(engine: KeptEngine): Promise<void> {
  say('Stopping…');
  const cancel = systemClock().after(DRAIN_MS, () => process.exit(1));
  await engine.close();
  cancel();
  say('Stopped. Nothing that was shown is lost.');
}

/** `aurora start`: the engine, its page on loopback, and a live stream of signals in the terminal. */
export async function start(settings: StartSettings): Promise<void> {
  const asked = untilAskedToStop();
  prepareDataFolder(settings.data);
  const log = await openLog(settings.data);
  const doorway = new Doorway();
  try {
    const { headless, open } = settings;
    const options: KeptOptions = {
      ...engineOptions(settings),
      name: 'Aurora (headless)',
      programKeys: new ProgramKeys(),
      doorway,
      files: FILES,
      version: VERSION,
      log,
      killAt: process.env.AURORA_KILL_AT,
    };
    const first = await startEngine(options);
    let address = '';
    const onReady = (engine: Engine): void => {
      address = announce(engine, settings, VERSION);
    };
    const onState = (state: EngineState): void => {
      if (state.is === 'down') say(`The engine is down and is tried again: ${state.message}`);
    };
    const sleep = stayAwake();
    const engine = keepEngine(options, { onState, onReady }, first);
    if (!headless && open && process.stdout.isTTY) openBrowser(address);
    await asked;
    await stop(engine);
    sleep();
  } finally {
    doorway.shut();
    log.close();
    // An open channel to the launcher would keep this process alive.
    if (process.connected) process.disconnect();
  }
}
