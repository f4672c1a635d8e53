/** What the probe in a page has counted. */
export interface Probed {
  frames: number;
  /** Frames of 60 a second that were not drawn. */
  dropped: number;
  /** Milliseconds that were measured over. */
  ms: number;
  /** Milliseconds from the message's arrival to the frame that shows it. */
  latencies: number[];
}

/**
 * Runs in each page before its own scripts, the same in all: notes when a message with rows comes in, and after each
 * frame which rows, by `data-offset`, are on screen for the first time.
 */
export function probe(): void {
  const heard: { last: number; at: number }[] = [];
  let latencies: number[] = [];
  let frames = 0;
  let dropped = 0;
  let start = performance.now();
  let before = 0;
  let shown = 0;
  const FRAME_MS = 1_000 / 60;

  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('"sidebar_update"')) return;
        // The rows of a message are in the order of their offsets, and those of the next one are above them.
        const at = data.lastIndexOf('"offset":');
        heard.push({ last: Number.parseInt(data.slice(at + 9, at + 29), 10), at: performance.now() });
      });
    }
  };

  const look = (): void => {
    const now = performance.now();
    const bottom = window.innerHeight;
    let newest = shown;
    for (const row of document.querySelectorAll<HTMLElement>('[data-offset]')) {
      const offset = Number(row.dataset.offset);
      if (offset <= shown) continue;
      const { top } = row.getBoundingClientRect();
      if (top >= 0 && top < bottom) newest = Math.max(newest, offset);
    }
    shown = newest;
    while (heard[0] && heard[0].last <= shown) {
      const message = heard.shift();
      if (message) latencies.push(now - message.at);
    }
  };
  const after = new MessageChannel();
  after.port1.onmessage = look;
  const onFrame = (time: number): void => {
    frames += 1;
    if (before > 0) dropped += Math.max(0, Math.round((time - before) / FRAME_MS) - 1);
    before = time;
    // Handled once the frame has been drawn.
    after.port2.postMessage(null);
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);

  Object.assign(window, {
    startProbe() {
      latencies = [];
      frames = 0;
      dropped = 0;
      start = performance.now();
    },
    readProbe: (): Probed => ({ frames, dropped, ms: performance.now() - start, latencies }),
  });
}
