/** What the updater does by itself: nothing. */
export const UPDATER_RULES = {
  autoDownload: false,
  // An installation while the system shuts down can leave no program behind.
  autoInstallOnAppQuit: false,
  autoRunAppAfterInstall: true,
  allowDowngrade: false,
  allowPrerelease: false,
  // Its payload is verified by nobody.
  disableWebInstaller: true,
  disableDifferentialDownload: true,
} as const;
