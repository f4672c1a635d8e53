import { join } from 'node:path';
import { app, type BrowserWindow, powerMonitor, type Session, safeStorage } from 'electron';
import type { EngineState } from '../core/contract/window.ts';
import { Doorway } from '../core/engine/doorway.ts';
import { type KeptEngine, type KeptOptions, keepEngine } from '../core/engine/kept-engine.ts';
import type { EngineLog } from '../core/engine/log.ts';
import { ProgramKeys } from '../core/engine/model-keys-program.ts';
import { engineOptions, type StartSettings } from '../core/engine/settings.ts';
import { announce } from '../core/engine/terminal.ts';
import { ENGINE_FILES, type Manifest } from './files.ts';
import { offerFolders } from './folders.ts';
import { guardSession } from './guard.ts';
import { handleIpc } from './ipc.ts';
import { openKeyVault } from './key-vault.ts';
import { warnOfHiddenHand } from './notices.ts';
import { PAGE_ORIGIN } from './page-address.ts';
import { servePage } from './page-protocol.ts';
import { quitAfter } from './quit.ts';
import { keepPage, logHelpers, stopOnUnexpected } from './recovery.ts';
import { openTray } from './tray.ts';
import { offerUpdates } from './updates/offer.ts';
import { loadPage, tellPage } from './window.ts';
import { WindowLife } from './window-life.ts';
import { WindowMemory } from './window-memory.ts';
import { WindowSettingsDesk } from './window-settings.ts';

export interface Start {
  build: Manifest;
  /** Whether this is what users have: no debugger, no developer's tools. */
  release: boolean;
  settings: StartSettings;
  /** Started by the system, so that no window is shown. */
  hidden: boolean;
}

/** The engine waits no longer than this for a window. */
const PAINT_MS = 1_500;

const addressesOf = (url: string | null): string[] => (url === null ? [] : [url, url.replace(/^http/, 'ws')]);

function windowEngine({ settings, build }: Start, log: EngineLog): KeptOptions {
  return {
    ...engineOptions(settings),
    name: 'Aurora (window)',
    window: true,
    openVault: () => openKeyVault(safeStorage, process.platform),
    programKeys: new ProgramKeys(),
    doorway: new Doorway(),
    origins: [PAGE_ORIGIN],
    files: ENGINE_FILES,
    version: build.version,
    log,
    killAt: build.testable ? process.env.AURORA_KILL_AT : undefined,
  };
}

/** Resolves once the window has something to show, or has had its time. */
function firstPaint(window: BrowserWindow, log: EngineLog): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAINT_MS);
    window.once('ready-to-show', () => {
      clearTimeout(timer);
      log.info({ ms: Math.round(performance.now()) }, 'the window is painted');
      resolve();
    });
  });
}

/** The whole program once Electron is ready: the engine, its window, and what stands around them. */
export async function openProgram(start: Start, log: EngineLog, session: Session): Promise<void> {
  const { settings, release, hidden, build } = start;
  const memory = new WindowMemory(join(settings.data, 'window.json'), log);
  let engine: KeptEngine | null = null;
  const leaving = quitAfter({
    close: async () => engine?.close(),
    last: () => log.close(),
  });
  stopOnUnexpected(log, leaving.leave);
  logHelpers(log);
  const addresses = () => addressesOf(engine?.url() ?? null);
  guardSession(session, addresses);
  servePage(ENGINE_FILES.page, addresses);

  const life = new WindowLife(memory, { hidden, devTools: !release, isLeaving: leaving.isLeaving });
  const { window } = life;
  const painted = firstPaint(window, log);
  let loadedFor: string | null | undefined;
  const load = (): void => {
    loadedFor = engine?.url();
    void loadPage(window);
  };
  const warn = warnOfHiddenHand({
    isWanted: () => memory.settings.notifications && !window.isFocused(),
    onClick: () => life.show(),
  });
  const onState = (state: EngineState): void | Promise<void> => {
    if (state.is === 'down')
      log.error({ part: state.part, reason: state.message }, 'the engine is down and is tried again');
    // The page's policy names one address, so another address needs a new page.
    if (engine && engine.url() !== loadedFor) load();
    tellTray(state);
    tellPage(window, 'aurora:engine', state);
    // Two cores can do one thing well: the page is seen first, then the store is opened.
    if (engine?.url() && !hidden) return painted;
  };
  const tellTray = openTray(
    { show: () => life.show(), quit: () => app.quit() },
    { is: 'starting', part: 'data folder' },
  );
  engine = keepEngine(windowEngine(start, log), {
    onState,
    onReady: (ready) => {
      announce(ready, settings, build.version);
      ready.onSignal(warn);
    },
  });
  const running = engine;
  handleIpc('aurora:engine', () => running.state());
  const desk = new WindowSettingsDesk(memory, life);
  handleIpc('aurora:window', () => desk.standing());
  handleIpc('aurora:change-window', (change) => desk.change(change));
  offerFolders(settings.data);
  offerUpdates({
    build,
    data: settings.data,
    log,
    leave: leaving.leaveBy,
    tell: (standing) => tellPage(window, 'aurora:update', standing),
  });
  const page = keepPage({ window, load, log });
  load();

  app.on('second-instance', () => life.show());
  app.on('activate', () => life.show());
  powerMonitor.on('resume', () => {
    page.resumed();
    running.resumed();
    log.info({}, 'the machine was asleep');
  });
}
