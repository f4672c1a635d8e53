import { z } from 'zod';

/** How the engine behind a window stands; `part` is the one that is starting, or that could not. */
export const engineStateSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('starting'), part: z.string() }),
  z.object({ is: z.literal('ready'), url: z.string(), token: z.string() }),
  z.object({ is: z.literal('down'), part: z.string(), message: z.string() }),
]);
export type EngineState = z.output<typeof engineStateSchema>;

/** All that the preload script gives to the page in a window; a browser has none of it. */
export interface AuroraWindow {
  /** Calls back at once with the engine's state, and again at each change. */
  watchEngine(listener: (state: unknown) => void): void;
}
