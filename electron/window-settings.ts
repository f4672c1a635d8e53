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
    // Another program may have the keys for now: they stay set, and the next start asks for them again.
    this.#say(this.#listenFor(memory.settings.shortcut));
  }

  standing(): WindowStanding {
    return { settings: this.#memory.settings, problems: this.#problems };
  }

  /** Takes what the page asks for; throws a ZodError where that is no change of settings. */
  change(asked: unknown): WindowStanding {
    const before = this.#memory.settings;
    const after = windowSettingsSchema.parse({ ...before, ...windowChangeSchema.parse(asked) });
    this.#problems = [];
    if (before.sidebar === null) this.#life.remember();
    if (before.start_at_login !== after.start_at_login) after.start_at_login = this.#login(after.start_at_login);
    after.shortcut = this.#shortcut(before, after);
    this.#memory.change(after);
    this.#life.apply(after);
    if (before.sidebar !== null && after.sidebar === null) this.#life.undock();
    return this.standing();
  }

  /** The keys that are set by now: those from before where the new ones cannot be had. */
  #shortcut(before: WindowSettings, after: WindowSettings): string | null {
    const why = this.#listenFor(after.shortcut);
    this.#say(why);
    if (why === null || before.shortcut === after.shortcut) return after.shortcut;
    this.#listenFor(before.shortcut);
    return before.shortcut;
  }

  /** Has these keys show and hide the window, and no others; answers with why they cannot. */
  #listenFor(keys: string | null): string | null {
    globalShortcut.unregisterAll();
    if (keys === null) return null;
    try {
      if (globalShortcut.register(keys, () => this.#life.toggle())) return null;
      return `The keys ${keys} belong to another program: choose others`;
    } catch {
      return `${keys} are no keys that Aurora knows: write them as CommandOrControl+Alt+A`;
    }
  }

  #login(on: boolean): boolean {
    try {
      startAtLogin(on);
      return on;
    } catch (error) {
      this.#say(`The system does not take the start at login (${messageOf(error)})`);
      return !on;
    }
  }

  #say(problem: string | null): void {
    if (problem !== null) this.#problems.push(problem);
  }
}
