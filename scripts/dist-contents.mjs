// What a packed program is made of: the files in its archive, and the fuses of its binary.
import { readFileSync } from 'node:fs';

/** All that an installed Aurora needs; a native module lies outside of the archive, for the system loads it from a file. */
const WANTED = [
  /^package\.json$/,
  /^shim\.cjs$/,
  /^dist\/(electron|renderer|series)\//,
  /^build\/(tray|icons)\/[\w@.]+\.png$/,
  /^node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/.+\.js)$/,
  /^node_modules\/better-sqlite3\/(prebuilds\/[\w-]+|build\/Release\/better_sqlite3)\.node$/,
];
const UNWANTED = /\.(map|ts|tsx|test\.js)$|(^|\/)\.[^/]+$/;
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Paths in an archive, and whether each lies unpacked beside it. */
function filesOf(archive) {
  const bytes = readFileSync(archive);
  // Two numbers of four bytes each, twice: lengths of what follows; the last is that of the JSON.
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const walk = ({ files }, path) =>
    Object.entries(files).flatMap(([name, entry]) =>
      entry.files ? walk(entry, `${path}${name}/`) : [{ path: `${path}${name}`, unpacked: entry.unpacked ?? false }],
    );
  return walk(header, '');
}

/** Throws where an app.asar holds what nobody needs, or a native module. */
export function assertArchive(archive) {
  const files = filesOf(archive);
  const others = files.filter(({ path }) => UNWANTED.test(path) || !WANTED.some((wanted) => wanted.test(path)));
  if (others.length > 0) throw new Error(`${archive} holds ${others.map(({ path }) => path).join(', ')}`);
  const modules = files.filter(({ path }) => path.endsWith('.node'));
  if (modules.length !== 1 || !modules[0].unpacked)
    throw new Error(`${archive} has ${modules.length} native modules, and is to have one, unpacked`);
}

/** The fuses of an Electron's binary as it holds them: a letter each, `1` for one that is on. */
export function fuseWire(executable) {
  const binary = readFileSync(executable);
  const at = binary.indexOf(SENTINEL) + SENTINEL.length;
  return binary.subarray(at + 2, at + 2 + binary[at + 1]).toString('latin1');
}
