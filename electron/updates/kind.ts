import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Installation {
  platform: NodeJS.Platform;
  isPackaged: boolean;
  /** Whether the program runs out of an AppImage. */
  appImage: boolean;
  /** Where the installer of a system's own package leaves a note of its kind. */
  resources: string;
  hasFeed: boolean;
}

/** Why this installation is not one that renews itself, and what does; null where it is. */
export function whyNotByItself({ platform, isPackaged, appImage, resources, hasFeed }: Installation): string | null {
  if (!isPackaged) return 'This is a source tree: fetch its changes to have a newer version.';
  if (platform === 'linux' && (!appImage || existsSync(join(resources, 'package-type'))))
    return "Aurora was installed by the system's package manager, which brings newer versions too.";
  return hasFeed ? null : 'This build knows no place to look for newer versions: install them by hand.';
}
