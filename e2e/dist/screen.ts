import { spawnSync } from 'node:child_process';
import { call } from './steps.ts';

/** A page has at least so many colours: the smoothed edges of its letters alone are more. An empty screen has two. */
const COLOURS = 32;

/** Whether a window of this title is on the screen, and the screen shows a page. */
export function isPainted(title: string): boolean {
  if (!call('xwininfo', ['-root', '-tree']).includes(`"${title}"`)) return false;
  const shot = spawnSync('xwd', ['-silent', '-root'], { maxBuffer: 64 * 1024 * 1024 });
  if (shot.status !== 0) return false;
  const picture = shot.stdout;
  // The header says how long it is, and how many colours of 12 bytes each follow it (X11's XWDFile.h).
  const from = picture.readUInt32BE(0) + 12 * picture.readUInt32BE(76);
  const colours = new Set<number>();
  for (let at = from; at + 4 <= picture.length && colours.size < COLOURS; at += 4)
    colours.add(picture.readUInt32BE(at));
  return colours.size >= COLOURS;
}
