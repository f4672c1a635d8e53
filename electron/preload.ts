import { contextBridge, ipcRenderer } from 'electron';
import type { AuroraWindow } from '../core/contract/window.ts';

const CHANNEL = 'aurora:engine';

const aurora: AuroraWindow = {
  watchEngine(listener) {
    ipcRenderer.on(CHANNEL, (_event, state: unknown) => listener(state));
    void ipcRenderer.invoke(CHANNEL).then(listener);
  },
};
contextBridge.exposeInMainWorld('aurora', aurora);
