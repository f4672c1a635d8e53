// electron-builder calls this for each program that it has put together, before it makes packages of it.
import { join } from 'node:path';
import { assertMachine } from './dist-binaries.mjs';
import { assertArchive } from './dist-contents.mjs';

/** electron-builder's own numbers. */
const ARCHS = { 1: 'x64', 3: 'arm64' };

export function afterPack({ appOutDir, electronPlatformName, arch, packager }) {
  assertArchive(join(packager.getResourcesDir(appOutDir), 'app.asar'));
  assertMachine(appOutDir, `${electronPlatformName}-${ARCHS[arch]}`);
}
