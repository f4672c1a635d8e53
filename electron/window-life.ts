import { type BrowserWindow, type Display, screen } from 'electron';
import type { WindowSettings } from '../core/contract/window.ts';
import { docked, placed } from './placing.ts';
import { createWindow, focusWindow } from './window.ts';
import type { WindowMemory } from './window-memory.ts';

const SETTLED_MS = 500;

/** The first display first. */
function areas(): Display['workArea'][] {
  const first = screen.getPrimaryDisplay();
  return [first, ...screen.getAllDisplays().filter(({ id }) => id !== first.id)].map(({ workArea }) => workArea);
}

/** The window among the displays: where it was, or docked as a sidebar, and behind the tray when it is closed. */
export class WindowLife {
  readonly window: BrowserWindow;
  readonly #memory: WindowMemory;
  readonly #isLeaving: () => boolean;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(memory: WindowMemory, how: { hidden: boolean; devTools: boolean; isLeaving: () => boolean }) {
    this.#memory = memory;
    this.#isLeaving = how.isLeaving;
    this.window = createWindow(placed(memory.place, areas()), how);
    if (memory.place?.maximized && !how.hidden) this.window.maximize();
    this.#listen();
    this.apply(memory.settings);
  }

  /** Makes the window what the settings say; calling it again is harmless. */
  apply({ sidebar, always_on_top }: WindowSettings): void {
    const { window } = this;
    window.setAlwaysOnTop(always_on_top);
    if (sidebar === null) return;
    if (window.isMaximized()) window.unmaximize();
    window.setBounds(docked(sidebar, screen.getDisplayMatching(window.getBounds()).workArea));
  }

  /** Back from the sidebar to where the window was. */
  undock(): void {
    this.window.setBounds(placed(this.#memory.place, areas()));
    if (this.#memory.place?.maximized) this.window.maximize();
  }

  show(): void {
    focusWindow(this.window);
  }

  toggle(): void {
    if (this.window.isVisible() && this.window.isFocused()) this.window.hide();
    else this.show();
  }

  #listen(): void {
    const { window } = this;
    const settle = (): void => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.remember(), SETTLED_MS);
    };
    window.on('resize', settle);
    window.on('move', settle);
    window.on('close', (event) => {
      this.remember();
      if (this.#isLeaving() || !this.#memory.settings.close_to_tray) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => clearTimeout(this.#settling));
    const again = (): void => this.#displaysChanged();
    screen.on('display-removed', again);
    screen.on('display-metrics-changed', again);
    window.on('closed', () => {
      screen.off('display-removed', again);
      screen.off('display-metrics-changed', again);
    });
  }

  #displaysChanged(): void {
    const { settings } = this.#memory;
    if (settings.sidebar !== null) this.apply(settings);
    else if (!this.window.isMaximized()) this.window.setBounds(placed(this.window.getBounds(), areas()));
  }

  /** Keeps where the window is, unless it is docked or minimized: there the user did not put it. */
  remember(): void {
    clearTimeout(this.#settling);
    const { window } = this;
    if (window.isDestroyed() || window.isMinimized() || this.#memory.settings.sidebar !== null) return;
    const { x, y, width, height } = window.getNormalBounds();
    this.#memory.moved({ x, y, width, height, maximized: window.isMaximized() });
  }
}
