import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { ownAppImage } from './updates/kind.ts';

/** A start by the system shows no window: it waits behind the tray. */
export const HIDDEN_START = '--hidden';

const entry = (): string =>
  join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'autostart', 'aurora.desktop');

/** The command as a desktop entry quotes it. */
const quoted = (path: string): string => `"${path.replace(/(["`$\\])/g, '\\$1').replaceAll('%', '%%')}"`;

function onLinux(on: boolean): void {
  const file = entry();
  if (!on) {
    rmSync(file, { force: true });
    return;
  }
  const program = ownAppImage(process.execPath, process.env) ?? process.execPath;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(
    file,
    `[Desktop Entry]\nType=Application\nName=Aurora\nExec=${quoted(program)} ${HIDDEN_START}\nTerminal=false\n`,
  );
}

/** Has the system start Aurora when its user logs in, or no more. Throws what the file system says. */
export function startAtLogin(on: boolean): void {
  if (process.platform !== 'linux') app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN_START] });
  else if (on || existsSync(entry())) onLinux(on);
}
