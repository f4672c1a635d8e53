import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { arch, cpus, freemem, homedir, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { SettingsView } from '../contract/settings.ts';
import type { Status } from '../contract/sidebar.ts';
import { messageOf } from '../kit/errors.ts';

export interface DiagnosticsSource {
  status: () => Status;
  settings: () => SettingsView;
  /** Hides what must not be read. */
  scrub: (text: string) => string;
}

const TAIL_BYTES = 64 * 1024;
const TAIL_LINES = 200;
const MIB = 1024 * 1024;

/** The end of the newest log file; what cannot be read is said in its place. */
function lastLines(folder: string): string[] {
  try {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    if (files[0] === undefined) return [];
    const handle = openSync(files[0], 'r');
    try {
      const { size } = fstatSync(handle);
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(handle, tail, 0, tail.length, size - tail.length);
      const lines = tail.toString('utf8').split('\n').filter(Boolean);
      // The first of a cut file is half a line.
      return lines.slice(tail.length < size ? 1 : 0).slice(-TAIL_LINES);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    return [messageOf(error)];
  }
}

function settingsOrWhy(settings: () => SettingsView): SettingsView | { unreadable: string } {
  try {
    return settings();
  } catch (error) {
    return { unreadable: messageOf(error) };
  }
}

/** Versions, machine, status, settings and the last log lines as JSON: no key, token, password or home folder is in it. */
export function diagnosticsText(data: string, { status, settings, scrub }: DiagnosticsSource): string {
  const { version, ...now } = status();
  const { node, electron, chrome } = process.versions as Readonly<Record<string, string | undefined>>;
  // Each string by itself: a hidden part must not take a quote along.
  const clean = (_name: string, value: unknown): unknown =>
    typeof value === 'string' ? scrub(value).replaceAll(homedir(), '~') : value;
  return JSON.stringify(
    {
      aurora: version,
      versions: { node, electron, chrome },
      machine: {
        system: `${platform()} ${release()} ${arch()}`,
        cpus: cpus().length,
        memory_mib: Math.round(totalmem() / MIB),
        free_mib: Math.round(freemem() / MIB),
        used_mib: Math.round(process.memoryUsage().rss / MIB),
        up_s: Math.round(process.uptime()),
      },
      settings: settingsOrWhy(settings),
      status: now,
      log: lastLines(join(data, 'logs')),
    },
    clean,
    2,
  );
}
