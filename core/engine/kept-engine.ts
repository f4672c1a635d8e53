import type { EngineState } from '../contract/window.ts';
import { systemClock } from '../kit/clock.ts';
import type { Disposer } from '../kit/disposers.ts';
import { messageOf } from '../kit/errors.ts';
import type { Doorway } from './doorway.ts';
import { type Engine, startEngine } from './engine.ts';
import type { EngineOptions, EnginePart } from './options.ts';

const RETRY_MS = 5_000;

export interface KeptOptions extends EngineOptions {
  /** One that starts again listens where it did: whoever knows the address finds it there. */
  doorway: Doorway;
}

export interface KeptEngine {
  state(): EngineState;
  /** The address from the moment it is known; null before. */
  url(): string | null;
  /** The machine was asleep. */
  resumed(): void;
  close(): Promise<void>;
}

export interface EngineWatcher {
  /** An engine that is starting waits for the answer. */
  onState(state: EngineState): void | Promise<void>;
  /** Told each time the engine is up. */
  onReady(engine: Engine): void;
}

/**
 * Keeps an engine running in this process: begun again while it cannot start, and where its store asks for
 * it. One that runs already may be handed over.
 */
export function keepEngine(
  options: KeptOptions,
  { onState, onReady }: EngineWatcher,
  running: Engine | null = null,
): KeptEngine {
  const clock = systemClock();
  let part: EnginePart = 'data folder';
  let url: string | null = null;
  let state: EngineState = { is: 'starting', part };
  let engine: Engine | null = null;
  let cancelRetry: Disposer = () => {};
  let closing = false;

  const tell = (next: EngineState): void | Promise<void> => {
    state = next;
    return onState(next);
  };
  const begin = (): Promise<Engine> =>
    startEngine({
      ...options,
      onPart: (next, address) => {
        part = next;
        url = address ?? url;
        return tell({ is: 'starting', part });
      },
    });
  const adopt = (up: Engine): void => {
    engine = up;
    url = up.url;
    up.onRenewed((why) => {
      options.log.warn({ reason: why }, 'the engine starts again');
      turning = turning.then(again);
    });
    onReady(up);
    void tell({ is: 'ready', url: up.url, token: up.tokens.window ?? up.tokens.operator });
  };
  const start = async (): Promise<void> => {
    try {
      const up = await begin();
      if (closing) await up.close();
      else adopt(up);
    } catch (error) {
      url = null;
      void tell({ is: 'down', part, message: messageOf(error) });
      if (!closing)
        cancelRetry = clock.after(RETRY_MS, () => {
          turning = turning.then(start);
        });
    }
  };
  const again = async (): Promise<void> => {
    await engine?.close();
    engine = null;
    if (!closing) await start();
  };
  let turning: Promise<void> = Promise.resolve();
  if (running) adopt(running);
  else turning = start();

  return {
    state: () => state,
    url: () => url,
    resumed: () => engine?.resumed(),
    async close() {
      closing = true;
      options.doorway.shut();
      cancelRetry();
      await turning;
      await engine?.close();
    },
  };
}
