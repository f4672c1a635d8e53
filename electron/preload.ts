import { contextBridge, ipcRenderer } from 'electron';
import type { AuroraWindow } from '../core/contract/window.ts';

/** Calls back with what the channel holds now, and with each change that it tells of, until the answer is called. */
function watch(channel: string, listener: (state: unknown) => void): () => void {
  const hear = (_event: unknown, state: unknown): void => listener(state);
  ipcRenderer.on(channel, hear);
  void ipcRenderer.invoke(channel).then(listener);
  return () => ipcRenderer.off(channel, hear);
}

const aurora: AuroraWindow = {
  watchEngine: (listener) => void watch('aurora:engine', listener),
  windowSettings: () => ipcRenderer.invoke('aurora:window'),
  changeWindow: (change) => ipcRenderer.invoke('aurora:change-window', change),
  openFolder: (folder) => ipcRenderer.invoke('aurora:open-folder', folder),
  watchUpdate: (listener) => watch('aurora:update', listener),
  updateNow: (step) => ipcRenderer.invoke('aurora:update-now', step),
};
contextBridge.exposeInMainWorld('aurora', aurora);
// A page that hangs does not get to answer.
ipcRenderer.on('aurora:ping', () => void ipcRenderer.invoke('aurora:alive'));
