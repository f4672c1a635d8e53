import { z } from 'zod';

/** How the engine behind a window stands; `part` is the one that is starting, or that could not. */
export const engineStateSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('starting'), part: z.string() }),
  z.object({ is: z.literal('ready'), url: z.string(), token: z.string() }),
  z.object({ is: z.literal('down'), part: z.string(), message: z.string() }),
]);
export type EngineState = z.output<typeof engineStateSchema>;

const setting = {
  /** Narrow, and docked at this edge of its display; null for an ordinary window. */
  sidebar: z.enum(['left', 'right']).nullable(),
  always_on_top: z.boolean(),
  /** Closing the window leaves Aurora at work behind its icon in the tray. */
  close_to_tray: z.boolean(),
  /** The system tells of each Hidden Hand warning while the window is not in front. */
  notifications: z.boolean(),
  start_at_login: z.boolean(),
  /** Keys that show or hide the window wherever one is, as Electron writes them: "CommandOrControl+Alt+A". */
  shortcut: z
    .string()
    .max(64)
    .regex(/^(?:(?:CommandOrControl|Control|Command|Alt|Option|Shift|Super)\+)+[A-Za-z0-9]+$/)
    .nullable(),
};

/** How the window lives on its machine, as the user wants it; kept in DATA/window.json. */
export const windowSettingsSchema = z.object({
  sidebar: setting.sidebar.default(null),
  always_on_top: setting.always_on_top.default(false),
  close_to_tray: setting.close_to_tray.default(false),
  notifications: setting.notifications.default(true),
  start_at_login: setting.start_at_login.default(false),
  shortcut: setting.shortcut.default(null),
});
export type WindowSettings = z.output<typeof windowSettingsSchema>;

/** What a page may ask to change: some of the settings, no others beside them. */
export const windowChangeSchema = z.strictObject(setting).partial();
export type WindowChange = z.output<typeof windowChangeSchema>;

/** The settings as they are in force, and what of them the system would not do, a sentence each. */
export const windowStandingSchema = z.object({ settings: windowSettingsSchema, problems: z.array(z.string()) });
export type WindowStanding = z.output<typeof windowStandingSchema>;

/** Where Aurora stands with newer versions of itself. */
const updateStateSchema = z.discriminatedUnion('is', [
  /** This installation is not updated by itself; the sentence says what does it. */
  z.object({ is: z.literal('elsewhere'), message: z.string() }),
  z.object({ is: z.literal('idle') }),
  z.object({ is: z.literal('checking') }),
  z.object({ is: z.literal('newest') }),
  /** `notes` is what its makers say of it: a text, or null. */
  z.object({ is: z.literal('found'), version: z.string(), notes: z.string().nullable() }),
  z.object({ is: z.literal('fetching'), version: z.string(), percent: z.number() }),
  /** Waits for the user to restart. */
  z.object({ is: z.literal('fetched'), version: z.string() }),
  /** The work ends, and then the program. */
  z.object({ is: z.literal('restarting'), version: z.string() }),
  /** The old version runs on. */
  z.object({ is: z.literal('failed'), message: z.string() }),
]);
export type UpdateState = z.output<typeof updateStateSchema>;

/** The version that runs, on which Electron, and how it stands with newer ones. */
export const updateStandingSchema = z.object({ version: z.string(), electron: z.string(), state: updateStateSchema });
export type UpdateStanding = z.output<typeof updateStandingSchema>;

/** The folders that a page may have the system's file manager show. */
export const openFolderSchema = z.enum(['data', 'logs']);
export type OpenFolder = z.output<typeof openFolderSchema>;

/** All that the preload script gives to the page in a window; a browser has none of it. What comes back is parsed by the page. */
export interface AuroraWindow {
  /** Calls back at once with the engine's state, and again at each change. */
  watchEngine(listener: (state: unknown) => void): void;
  /** A WindowStanding. */
  windowSettings(): Promise<unknown>;
  /** Keeps what it is given and answers with the WindowStanding after it; rejects what is no WindowChange. */
  changeWindow(change: WindowChange): Promise<unknown>;
  /** Shows a folder of Aurora's own; resolves with why it could not, or an empty text. */
  openFolder(folder: OpenFolder): Promise<unknown>;
  /** Calls back at once with the UpdateStanding, and again at each change, until the answer is called. */
  watchUpdate(listener: (standing: unknown) => void): () => void;
  /** Looks for a newer version, then fetches it, then restarts into it: each only when asked, one step a call. */
  updateNow(step: 'check' | 'fetch' | 'restart'): Promise<void>;
}
