import { isAbsolute, relative } from 'node:path';

/** Where a .deb and an .rpm put the program. The packager's own note of the kind lies in a folder that all kinds are made of. */
const INSTALLED = '/opt/Aurora';

interface Installation {
  platform: NodeJS.Platform;
  isPackaged: boolean;
  executable: string;
  /** Whether the program runs out of an AppImage. */
  appImage: boolean;
  hasFeed: boolean;
  /** Whether the system knows its makers by their signature. */
  isSigned: boolean;
}

/** Why this installation is not one that renews itself, and what does; null where it is. */
export function whyNotByItself({
  platform,
  isPackaged,
  executable,
  appImage,
  hasFeed,
  isSigned,
}: Installation): string | null {
  if (!isPackaged) return 'This is a source tree: fetch its changes to have a newer version.';
  if (platform === 'linux' && !appImage && isWithin(INSTALLED, executable))
    return "Aurora was installed by the system's package manager, which brings newer versions too.";
  if (platform === 'linux' && !appImage)
    return 'Aurora was unpacked by hand: unpack a newer version in its place. The data stays where it is.';
  if (!hasFeed) return 'This build knows no place to look for newer versions: install them by hand.';
  // Squirrel takes no program in the place of one that it cannot tell the makers of.
  if (platform === 'darwin' && !isSigned)
    return 'This build is not signed by its makers, so macOS would take no newer one: install it by hand.';
  return null;
}

/**
 * The AppImage that a program runs out of; null for none. A program that was started from within another's
 * AppImage is told of that one: only what lies in the image's own mount belongs to it.
 */
export function ownAppImage(executable: string, { APPIMAGE, APPDIR }: NodeJS.ProcessEnv): string | null {
  if (!APPIMAGE || !APPDIR) return null;
  return isWithin(APPDIR, executable) ? APPIMAGE : null;
}

function isWithin(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return !path.startsWith('..') && !isAbsolute(path);
}
