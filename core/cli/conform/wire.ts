import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const HOST = '127.0.0.1';

interface Line {
  near: Socket;
  far: Socket;
}

/** The wire between agent and engine: it can be cut, be down for a while, or fall silent without breaking. */
export class Wire {
  readonly #enginePort: number;
  readonly #server = createServer((near) => this.#connected(near));
  readonly #lines = new Set<Line>();
  readonly #silent = new Set<Socket>();
  #port = 0;
  #isDown = false;

  constructor(enginePort: number) {
    this.#enginePort = enginePort;
  }

  get url(): string {
    return `http://${HOST}:${this.#port}`;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, HOST, () => {
        this.#server.off('error', reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** What is connected breaks without a goodbye; new connections are taken. */
  cut(): void {
    for (const { near, far } of this.#lines) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  /** What is connected stays open and carries nothing any more; new connections are taken. */
  fallSilent(): void {
    for (const line of [...this.#lines]) {
      line.near.unpipe(line.far).pause();
      line.far.unpipe(line.near);
      this.#lines.delete(line);
      this.#silent.add(line.near);
      line.far.destroy();
    }
  }

  /** Whoever comes is cut off at once; a port that was given up might be another program's afterwards. */
  down(): void {
    this.#isDown = true;
    this.cut();
    for (const near of this.#silent) near.destroy();
  }

  up(): void {
    this.#isDown = false;
  }

  close(): void {
    this.down();
    this.#server.close();
  }

  #connected(near: Socket): void {
    near.on('error', () => {});
    if (this.#isDown) return void near.resetAndDestroy();
    const far = connect(this.#enginePort, HOST);
    const line = { near, far };
    this.#lines.add(line);
    near.pipe(far);
    far.pipe(near);
    const over = (): void => {
      if (!this.#lines.delete(line)) return;
      near.destroy();
      far.destroy();
    };
    for (const end of [near, far]) {
      end.on('error', over);
      end.on('close', over);
    }
    near.on('close', () => this.#silent.delete(near));
  }
}
