import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const imports = (specifier: string): string => `import { one } from '${specifier}';\nexport const two = one;\n`;

/** A tree with the project's rules, in which each fault is planted in a file of its own. */
let tree: string;
let complaints: string[];
let planted = 0;

function plant(path: string, source: string): string {
  planted += 1;
  const file = path.replace('planted', `planted-${planted}`);
  mkdirSync(join(tree, dirname(file)), { recursive: true });
  writeFileSync(join(tree, file), source);
  return file;
}

const said = (file: string): string => complaints.filter((line) => line.includes(`${file},`)).join('\n');

const FORBIDDEN: [string, string][] = [
  ['core/signals/planted.ts', '../store/store.ts'],
  ['core/kit/planted.ts', '../contract/task.ts'],
  ['core/contract/planted.ts', '../signals/settle.ts'],
  ['core/orchestrator/planted.ts', '../store/store.ts'],
  ['core/orchestrator/planted.ts', '../gateway/gateway.ts'],
  ['core/gateway/planted.ts', '../bridge/sidebar-list.ts'],
  ['core/bridge/planted.ts', '../stream/sqlite-stream.ts'],
  ['core/stream/planted.ts', '../orchestrator/task.ts'],
  ['core/agents/planted.ts', '../orchestrator/task.ts'],
  ['core/market/planted.ts', '../sovereign/rules.ts'],
  ['core/store/planted.ts', '../market/bar.ts'],
  ['core/scheduler/planted.ts', '../orchestrator/task.ts'],
  ['core/engine/planted.ts', '../cli/start.ts'],
  ['core/engine/planted.ts', '../simulation/world.ts'],
  ['core/simulation/planted.ts', '../engine/engine.ts'],
  ['core/engine/planted.ts', 'electron'],
  ['core/signals/planted.ts', 'react'],
  ['core/kit/planted.ts', '../../renderer/state/age.ts'],
  ['renderer/state/planted.ts', '../../core/kit/clock.ts'],
  ['renderer/state/planted.ts', '../../core/store/store.ts'],
  ['renderer/state/planted.ts', 'electron'],
  ['electron/planted.ts', '../core/store/store.ts'],
];

const ALLOWED: [string, string][] = [
  ['core/orchestrator/planted.ts', '../signals/settle.ts'],
  ['core/stream/planted.ts', '../store/store.ts'],
  ['core/engine/planted.ts', '../store/store.ts'],
  ['core/cli/planted.ts', '../engine/engine.ts'],
  ['renderer/state/planted.ts', '../../core/signals/newer.ts'],
  ['electron/planted.ts', '../core/engine/engine.ts'],
];

const FAULTS: [string, string, string][] = [
  ['core/orchestrator/planted.ts', 'export const at = (): number => Date.now();\n', 'Clock'],
  ['core/bridge/planted.ts', 'export const at = (): Date => new Date();\n', 'Clock'],
  ['core/store/planted.ts', 'export const die = (): number => Math.random();\n', 'Clock'],
  ['core/gateway/planted.ts', 'setTimeout(() => {}, 5);\n', 'Clock'],
  [
    'core/signals/planted.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    'noNodejsModules',
  ],
  [
    'core/kit/planted.ts',
    'export class One {\n  constructor(private readonly two: number) {}\n}\n',
    'noParameterProperties',
  ],
  ['core/kit/planted.ts', 'export enum One {\n  two,\n}\n', 'noEnum'],
  ['core/kit/planted.ts', 'export const one = (two: any): number => two;\n', 'noExplicitAny'],
  ['core/kit/plantedFile.ts', 'export const one = 1;\n', 'useFilenamingConvention'],
];

const CYCLE = ['core/kit/round.ts', 'core/kit/about.ts'] as const;

let files: { forbidden: string[]; allowed: string[]; faults: string[] };
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'aurora-arrows-'));
  for (const part of ['biome.json', 'lint']) cpSync(join(root, part), join(tree, part), { recursive: true });
  files = {
    forbidden: FORBIDDEN.map(([path, specifier]) => plant(path, imports(specifier))),
    allowed: ALLOWED.map(([path, specifier]) => plant(path, imports(specifier))),
    faults: FAULTS.map(([path, source]) => plant(path, source)),
  };
  writeFileSync(
    join(tree, CYCLE[0]),
    "import { about } from './about.ts';\nexport const round = (): number => about();\n",
  );
  writeFileSync(
    join(tree, CYCLE[1]),
    "import { round } from './round.ts';\nexport const about = (): number => round();\n",
  );
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: tree,
    encoding: 'utf8',
  });
  complaints = run.stdout.split('\n');
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the rooms', () => {
  it.each(FORBIDDEN.map((fault, at) => [...fault, at] as const))('%s may not import %s', (_path, _specifier, at) => {
    expect(said(files.forbidden[at] ?? '')).toContain('noRestrictedImports');
  });

  it.each(ALLOWED.map((arrow, at) => [...arrow, at] as const))('%s may import %s', (_path, _specifier, at) => {
    expect(said(files.allowed[at] ?? '')).toBe('');
  });

  it('may not go round in a circle', () => {
    expect(said(CYCLE[0])).toContain('noImportCycles');
  });
});

describe('other faults', () => {
  it.each(FAULTS.map((fault, at) => [...fault, at] as const))(
    '%s with %j is refused by %s',
    (_path, _source, rule, at) => {
      expect(said(files.faults[at] ?? '')).toContain(rule);
    },
  );
});
