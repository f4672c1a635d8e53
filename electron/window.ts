import { BrowserWindow, shell } from 'electron';
import type { EngineState } from '../core/contract/window.ts';
import { PRELOAD } from './files.ts';
import { isOwnPage, PAGE_URL } from './page-address.ts';

const WIDTH = 1280;
const HEIGHT = 860;
/** The sidebar's narrowest. */
const WIDTH_MIN = 320;
const BACKGROUND = '#0a0d13';
const LINK_MAX = 2_048;

function openOutside(url: string): void {
  if (url.length <= LINK_MAX && url.startsWith('https://')) void shell.openExternal(url);
}

/** The one window: isolated, sandboxed, and held to its own page. */
export function createWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: WIDTH,
    height: HEIGHT,
    minWidth: WIDTH_MIN,
    title: 'Aurora',
    backgroundColor: BACKGROUND,
    autoHideMenuBar: true,
    webPreferences: {
      preload: PRELOAD,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isOwnPage(url)) event.preventDefault();
  };
  webContents.on('will-navigate', (event, url) => stay(event, url));
  webContents.on('will-redirect', (event, url) => stay(event, url));
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  return window;
}

export const loadPage = (window: BrowserWindow): Promise<void> => window.loadURL(PAGE_URL).catch(() => {});

export function sendState(window: BrowserWindow, state: EngineState): void {
  if (!window.isDestroyed()) window.webContents.send('aurora:engine', state);
}

export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
