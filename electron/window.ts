import { BrowserWindow } from 'electron';
import { PRELOAD, WINDOW_ICON } from './files.ts';
import { PAGE_URL } from './page-address.ts';
import { WIDTH_MIN } from './placing.ts';

const BACKGROUND = '#0a0d13';

interface Shape {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The one window: isolated and sandboxed. */
export function createWindow(
  shape: Shape,
  { hidden, devTools }: { hidden: boolean; devTools: boolean },
): BrowserWindow {
  return new BrowserWindow({
    ...shape,
    show: !hidden,
    minWidth: WIDTH_MIN,
    title: 'Aurora',
    icon: WINDOW_ICON,
    backgroundColor: BACKGROUND,
    autoHideMenuBar: true,
    webPreferences: {
      preload: PRELOAD,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools,
    },
  });
}

export const loadPage = (window: BrowserWindow): Promise<void> => window.loadURL(PAGE_URL).catch(() => {});

/** Tells the window's page, where there is one. */
export function tellPage(window: BrowserWindow | null, channel: string, state?: unknown): void {
  if (window && !window.isDestroyed()) window.webContents.send(channel, state);
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
