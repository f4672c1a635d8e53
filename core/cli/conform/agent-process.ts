import { type ChildProcess, spawn } from 'node:child_process';
import { platform } from 'node:os';

const TAIL = 2_000;

/** The agent under test: its command in a process of its own, ended with all that it has started. */
export class AgentProcess {
  readonly #child: ChildProcess;
  #output = '';
  /** How it ended; null while it runs. */
  ended: string | null = null;

  constructor(command: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn(command, {
      shell: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that what the shell has started ends with it.
      detached: platform() !== 'win32',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => {
        this.#output = `${this.#output}${part}`.slice(-TAIL);
      });
    this.#child.on('error', (error) => {
      this.ended ??= error.message;
    });
    this.#child.on('exit', (code, signal) => {
      this.ended ??= signal === null ? `exit code ${code}` : signal;
    });
  }

  /** The last line that it printed. */
  get lastWords(): string {
    return this.#output.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
  }

  /** SIGKILL: no goodbye. Resolves when it is gone. */
  kill(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      if (this.ended !== null) return resolve();
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    this.end();
    return gone;
  }

  /** The same where nobody can wait. */
  end(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (platform() === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already, with all that it had started.
    }
  }
}
