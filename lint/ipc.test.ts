import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../electron', import.meta.url));
/** The files that may name it: the wrapper that checks who speaks, and the preload script on the other side. */
const ALLOWED = { ipcMain: ['ipc.ts'], ipcRenderer: ['preload.ts'], contextBridge: ['preload.ts'] };

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

it.each(Object.entries(ALLOWED))('%s stands in %j and nowhere else', (word, files) => {
  const found = sources.filter(({ text }) => new RegExp(`\\b${word}\\b`).test(text)).map(({ name }) => name);
  expect(found).toEqual(files);
});

it.each(['sendSync', 'postMessage', 'webContents.ipc', '.mainFrame.ipc', 'MessageChannelMain'])(
  'no page is listened to by another way: %s',
  (way) => {
    expect(sources.filter(({ text }) => text.includes(way)).map(({ name }) => name)).toEqual([]);
  },
);
