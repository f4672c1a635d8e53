import type { EngineState } from '../core/contract/window.ts';
import { type Engine, startEngine } from '../core/engine/engine.ts';
import type { EngineOptions, EnginePart } from '../core/engine/options.ts';

const RETRY_MS = 5_000;

export interface EmbeddedEngine {
  state(): EngineState;
  /** The address from the moment it is known; null before. */
  url(): string | null;
  close(): Promise<void>;
}

interface Watcher {
  onState(state: EngineState): void;
  /** Told once the engine is up. */
  onReady(engine: Engine): void;
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts the engine in this process, and again every few seconds while it cannot. */
export function embedEngine(options: EngineOptions, { onState, onReady }: Watcher): EmbeddedEngine {
  let part: EnginePart = 'data folder';
  let url: string | null = null;
  let state: EngineState = { is: 'starting', part };
  let engine: Engine | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closing = false;

  const tell = (next: EngineState): void => {
    state = next;
    onState(next);
  };
  const start = async (): Promise<void> => {
    try {
      engine = await startEngine({
        ...options,
        onPart: (next, address) => {
          part = next;
          url = address;
          tell({ is: 'starting', part });
        },
      });
      if (closing) return await engine.close();
      onReady(engine);
      tell({ is: 'ready', url: engine.url, token: engine.tokens.window ?? engine.tokens.operator });
    } catch (error) {
      url = null;
      tell({ is: 'down', part, message: sentence(error) });
      if (!closing) retry = setTimeout(() => void start(), RETRY_MS);
    }
  };
  const started = start();

  return {
    state: () => state,
    url: () => url,
    async close() {
      closing = true;
      clearTimeout(retry);
      await started;
      await engine?.close();
    },
  };
}
