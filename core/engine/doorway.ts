import { type Binding, type Door, openDoor } from '../gateway/door.ts';

/** Keeps the place of one who serves again and again: no other program gets the port from one time to the next. */
export class Doorway {
  #next: Promise<Door | null> = Promise.resolve(null);
  #last: Door | null = null;
  #isShut = false;

  /** The door that stands where the last one was; else, opens one as `binding` says. */
  async open(binding: Binding): Promise<Door> {
    const next = await this.#next;
    this.#next = Promise.resolve(null);
    this.#last = next ?? (await openDoor(binding));
    return this.#last;
  }

  /** `door` takes nobody any more: from now on its place says that it is starting. Whom it has it keeps. */
  leave(door: Door): void {
    if (this.#isShut || door !== this.#last) return;
    this.#last = null;
    this.#next = door.renew().catch(() => null);
  }

  /** Nobody serves here again. */
  shut(): void {
    this.#isShut = true;
    void this.#next.then((door) => door?.close());
  }
}
