/** Chromium's own switches that a user may need for a display or a keyring; every other one is refused. */
const HARMLESS = new Set([
  'disable-gpu',
  'disable-gpu-compositing',
  'ozone-platform',
  'ozone-platform-hint',
  'enable-wayland-ime',
  'force-device-scale-factor',
  'lang',
  'password-store',
]);
/** What the system or the installer add by themselves: a window moved to another process, a start after an update. */
const ADDED = ['original-process-start-time', 'updated'];

const nameOf = (argument: string): string =>
  argument
    .replace(/^(--?|\/)/, '')
    .split('=')[0]
    ?.toLowerCase() ?? '';

/** Whether Chromium would take this argument for a switch: one or two dashes anywhere, on Windows a slash too. */
const isSwitch = (argument: string, platform: NodeJS.Platform): boolean =>
  /^-{1,2}[^-]/.test(argument) || (platform === 'win32' && /^\/[a-z]/i.test(argument));

/**
 * Arguments that a release does not start with: a debugger's, those that take the sandbox or the page's rules
 * away, and whatever else Chromium knows. `own` are the names of the start's own options, without dashes.
 */
export function refusedSwitches(
  argv: readonly string[],
  own: ReadonlySet<string>,
  platform: NodeJS.Platform,
): readonly string[] {
  const known = (name: string): boolean => own.has(name) || HARMLESS.has(name) || ADDED.includes(name);
  return argv.filter((argument) => isSwitch(argument, platform) && !known(nameOf(argument)));
}
