import { join } from 'node:path';
import { shell } from 'electron';
import { openFolderSchema } from '../core/contract/window.ts';
import { handleIpc } from './ipc.ts';

/** Lets the page have the system's file manager show Aurora's own folders, which it knows by name alone. */
export function offerFolders(data: string): void {
  const folders = { data, logs: join(data, 'logs') };
  handleIpc('aurora:open-folder', (name) => shell.openPath(folders[openFolderSchema.parse(name)]));
}
