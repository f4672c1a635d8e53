import { join } from 'node:path';
import { app, session } from 'electron';
import { refuseInWindow } from '../core/engine/binding.ts';
import { prepareDataFolder } from '../core/engine/data-folder.ts';
import { type EngineLog, openLog } from '../core/engine/log.ts';
import { settingsOf, startCommand } from '../core/engine/settings.ts';
import { UsageError } from '../core/kit/errors.ts';
import { manifest } from './files.ts';
import { guardPages } from './guard.ts';
import { registerPageScheme } from './page-protocol.ts';
import { openProgram, type Start } from './program.ts';
import { refusedSwitches } from './refused-switches.ts';
import { HIDDEN_START } from './start-at-login.ts';

/** Ends the program with a sentence, before there is a window that could show it. */
function fail(error: unknown): never {
  process.stderr.write(`aurora: ${error instanceof Error ? error.message : String(error)}\n`);
  app.exit(2);
  throw error;
}

/** What the arguments say; throws UsageError for what a window, or a release, does not take. */
function readStart(): Start {
  const build = manifest();
  const command = startCommand()
    .version(build.version, '--version', 'print the version')
    .option(HIDDEN_START, 'no window at first: behind the tray')
    .allowExcessArguments();
  const argv = process.argv.slice(app.isPackaged ? 1 : 2);
  const release = app.isPackaged && !build.testable;
  const known = command.createHelp().visibleOptions(command);
  const own = new Set(known.flatMap(({ long }) => long?.slice(2) ?? []));
  const [refused] = release ? refusedSwitches(argv, own, process.platform) : [];
  if (refused) throw new UsageError(`${refused} is not for a release of Aurora`);
  command.allowUnknownOption().parse(argv, { from: 'user' });
  refuseInWindow(command);
  const settings = settingsOf(command);
  return { build, release, settings, hidden: command.opts<{ hidden?: boolean }>().hidden ?? false };
}

async function open(start: Start, log: EngineLog): Promise<void> {
  await app.whenReady();
  await openProgram(start, log, session.defaultSession);
}

// Chromium has no sandbox for root, and then crashes every child process that asks for one.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.setAppUserModelId('app.aurora.desktop');
registerPageScheme();
guardPages();
try {
  const start = readStart();
  prepareDataFolder(start.settings.data);
  app.setPath('userData', join(start.settings.data, 'window'));
  if (app.requestSingleInstanceLock())
    openLog(start.settings.data)
      .then((log) => open(start, log))
      .catch(fail);
  else app.quit();
} catch (error) {
  fail(error);
}
