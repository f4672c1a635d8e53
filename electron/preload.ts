import { contextBridge, ipcRenderer } from 'electron';
import type { AuroraWindow } from '../core/contract/window.ts';

/** Calls back with what the channel holds now, and with each change that it tells of. */
function watch(channel: string, listener: (state: unknown) => void): void {
  ipcRenderer.on(channel, (_event, state: unknown) => listener(state));
  void ipcRenderer.invoke(channel).then(listener);
}

const aurora: AuroraWindow = {
  watchEngine: (listener) => watch('aurora:engine', listener),
  windowSettings: () => ipcRenderer.invoke('aurora:window'),
  changeWindow: (change) => ipcRenderer.invoke('aurora:change-window', change),
  watchUpdate: (listener) => watch('aurora:update', listener),
  updateNow: (step) => ipcRenderer.invoke('aurora:update-now', step),
};
contextBridge.exposeInMainWorld('aurora', aurora);
// A page that hangs does not get to answer.
ipcRenderer.on('aurora:ping', () => void ipcRenderer.invoke('aurora:alive'));
