import { Menu, nativeImage, Tray } from 'electron';
import type { EngineState } from '../core/contract/window.ts';
import { trayIcon } from './files.ts';

interface TrayActions {
  show(): void;
  quit(): void;
}

const wordsOf = (state: EngineState): string => {
  if (state.is === 'ready') return 'live';
  return state.is === 'starting' ? `starting: ${state.part}` : `down: ${state.message}`;
};

const imageOf = (state: EngineState) =>
  nativeImage.createFromPath(trayIcon(state.is === 'ready' ? 'live' : state.is === 'starting' ? 'starting' : 'down'));

/** The icon beside the clock: says how the engine stands, brings the window back, ends the program. */
export function openTray({ show, quit }: TrayActions, first: EngineState): (state: EngineState) => void {
  const tray = new Tray(imageOf(first));
  tray.on('click', show);
  const tell = (state: EngineState): void => {
    const standing = `Aurora: ${wordsOf(state)}`;
    tray.setImage(imageOf(state));
    tray.setToolTip(standing);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: standing.slice(0, 80), enabled: false },
        { type: 'separator' },
        { label: 'Show Aurora', click: show },
        { label: 'Quit', click: quit },
      ]),
    );
  };
  tell(first);
  return tell;
}
