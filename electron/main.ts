import { join } from 'node:path';
import { app, type BrowserWindow, session } from 'electron';
import { prepareDataFolder } from '../core/engine/data-folder.ts';
import { keepEngine } from '../core/engine/kept-engine.ts';
import { type EngineLog, openLog } from '../core/engine/log.ts';
import { type StartSettings, settingsOf, startCommand } from '../core/engine/settings.ts';
import { announce } from '../core/engine/terminal.ts';
import { ENGINE_FILES, version } from './files.ts';
import { handleIpc } from './ipc.ts';
import { PAGE_ORIGIN } from './page-address.ts';
import { registerPageScheme, servePage } from './page-protocol.ts';
import { quitAfter } from './quit.ts';
import { createWindow, focusWindow, loadPage, sendState } from './window.ts';

/** Ends the program with a sentence, before there is a window that could show it. */
function fail(error: unknown): never {
  process.stderr.write(`aurora: ${error instanceof Error ? error.message : String(error)}\n`);
  app.exit(2);
  throw error;
}

function readSettings(): StartSettings {
  const command = startCommand().allowUnknownOption().allowExcessArguments();
  return settingsOf(command.parse(process.argv.slice(app.isPackaged ? 1 : 2), { from: 'user' }));
}

async function open(settings: StartSettings, log: EngineLog): Promise<void> {
  await app.whenReady();
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  let window: BrowserWindow | null = null;
  let loadedFor: string | null | undefined;
  const { data, feed, agents, models, speed, port, maxViewers, keepDays, schedule, watched } = settings;
  const engine = keepEngine(
    {
      name: 'Aurora (window)',
      data,
      feed,
      agents,
      models,
      speed,
      port,
      viewers: maxViewers,
      keepDays,
      schedule,
      watched,
      window: true,
      origins: [PAGE_ORIGIN],
      files: ENGINE_FILES,
      version: version(),
      log,
    },
    {
      onState: (state) => {
        if (state.is === 'down')
          log.error({ part: state.part, reason: state.message }, 'the engine is down and is tried again');
        // The page's policy names one address, so another address needs a new page.
        if (window && engine.url() !== loadedFor) load();
        if (window) sendState(window, state);
      },
      onReady: (ready) => void announce(ready, settings, version()),
    },
  );
  const load = (): void => {
    if (!window) return;
    loadedFor = engine.url();
    void loadPage(window);
  };
  servePage(ENGINE_FILES.page, () => addressesOf(engine.url()));
  handleIpc('aurora:engine', () => engine.state());
  window = createWindow();
  load();
  app.on('second-instance', () => window && focusWindow(window));
  quitAfter(async () => {
    await engine.close();
    log.close();
  });
}

const addressesOf = (url: string | null): string[] => (url === null ? [] : [url, url.replace(/^http/, 'ws')]);

// Chromium has no sandbox for root, and then crashes every child process that asks for one.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
try {
  const settings = readSettings();
  prepareDataFolder(settings.data);
  app.setPath('userData', join(settings.data, 'window'));
  if (app.requestSingleInstanceLock())
    openLog(settings.data)
      .then((log) => open(settings, log))
      .catch(fail);
  else app.quit();
} catch (error) {
  fail(error);
}
