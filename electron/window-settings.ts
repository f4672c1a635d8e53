import { globalShortcut } from 'electron';
import {
  type WindowSettings,
  type WindowStanding,
  windowChangeSchema,
  windowSettingsSchema,
} from '../core/contract/window.ts';
import { messageOf } from '../core/kit/errors.ts';
import { startAtLogin } from './start-at-login.ts';
import type { WindowLife } from './window-life.ts';
import type { WindowMemory } from './window-memory.ts';

/** The settings of the window's life: in force from the start on, and changed by the page. */
export class WindowSettingsDesk {
  readonly #memory: WindowMemory;
  readonly #life: WindowLife;
  #problems: string[] = [];

  constructor(memory: WindowMemory, life: WindowLife) {
    this.#memory = memory;
    this.#life = life;
    this.#take(memory.settings);
  }

  standing(): WindowStanding {
    return { settings: this.#memory.settings, problems: this.#problems };
  }

  /** Takes what the page asks for; throws a ZodError where that is no change of settings. */
  change(asked: unknown): WindowStanding {
    const before = this.#memory.settings;
    const after = windowSettingsSchema.parse({ ...before, ...windowChangeSchema.parse(asked) });
    if (before.sidebar === null) this.#life.remember();
    if (before.start_at_login !== after.start_at_login) after.start_at_login = this.#login(after.start_at_login);
    this.#take(after);
    if (before.sidebar !== null && after.sidebar === null) this.#life.undock();
    return this.standing();
  }

  #take(settings: WindowSettings): void {
    this.#problems = this.#problems.filter((problem) => problem.startsWith(LOGIN));
    this.#memory.change({ ...settings, shortcut: this.#shortcut(settings.shortcut) });
    this.#life.apply(settings);
  }

  /** The shortcut that is in force; null where another program has it, or it is none. */
  #shortcut(keys: string | null): string | null {
    globalShortcut.unregisterAll();
    if (keys === null) return null;
    try {
      if (globalShortcut.register(keys, () => this.#life.toggle())) return keys;
      this.#problems.push(`The keys ${keys} belong to another program: choose others`);
    } catch {
      this.#problems.push(`${keys} are no keys that Aurora knows: write them as CommandOrControl+Alt+A`);
    }
    return null;
  }

  #login(on: boolean): boolean {
    this.#problems = [];
    try {
      startAtLogin(on);
      return on;
    } catch (error) {
      this.#problems.push(`${LOGIN} (${messageOf(error)})`);
      return !on;
    }
  }
}

const LOGIN = 'The system does not take the start at login';
