import { spawnSync } from 'node:child_process';

const USUAL = '/usr/bin/python3';
const speaksSocketIo = (python: string): boolean =>
  spawnSync(python, ['-c', 'import socketio, websocket'], { stdio: 'ignore' }).status === 0;

/** The interpreter that runs the example agent: what scripts/test.mjs found, or the system's where it has the packages. */
export function pythonWithSocketIo(): string {
  const told = process.env.AURORA_TEST_PYTHON;
  if (told) return told;
  if (speaksSocketIo(USUAL)) return USUAL;
  throw new Error(
    'No Python with python-socketio and websocket-client: npm test brings one, or set AURORA_TEST_PYTHON to its path',
  );
}
