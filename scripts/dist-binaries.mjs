// For which system and processor a native module was made, read out of the module itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ELF = { 62: 'x64', 183: 'arm64' };
const MACH_O = { 16777223: 'x64', 16777228: 'arm64' };
const PE = { 34404: 'x64', 43620: 'arm64' };

/** `SYSTEM-ARCH` of a binary, as Node names them; null for what is none of these. */
export function machineOf(file) {
  const binary = readFileSync(file);
  const named = (system, arch) => (arch ? `${system}-${arch}` : null);
  if (binary.toString('latin1', 0, 4) === '\x7fELF') return named('linux', ELF[binary.readUInt16LE(18)]);
  if (binary.readUInt32LE(0) === 0xfeedfacf) return named('darwin', MACH_O[binary.readUInt32LE(4)]);
  if (binary.toString('latin1', 0, 2) !== 'MZ') return null;
  const at = binary.readUInt32LE(0x3c);
  return binary.toString('latin1', at, at + 4) === 'PE\0\0' ? named('win32', PE[binary.readUInt16LE(at + 4)]) : null;
}

/** Throws unless a folder holds native modules, all of them for this `SYSTEM-ARCH`; returns how many. */
export function assertMachine(folder, machine) {
  const modules = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.node'));
  if (modules.length === 0) throw new Error(`${folder} has no native module`);
  for (const name of modules) {
    const found = machineOf(join(folder, name));
    if (found !== machine) throw new Error(`${join(folder, name)} is for ${found}, not for ${machine}`);
  }
  return modules.length;
}
