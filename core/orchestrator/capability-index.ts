import { isTradingTaskType, requiredCapabilities, TASK_CAPABILITY_MAP } from '../contract/task.ts';

interface Link {
  readonly seat: Seat;
  readonly ring: Ring;
  previous: Link | null;
  next: Link | null;
}

/** An agent's places in the rings that it qualifies for; kept while it is busy, so that filing it makes nothing. */
interface Seat {
  readonly agent: string;
  capabilities: ReadonlySet<string>;
  links: Link[];
}

/** Idle agents in turn: adding, removing and taking the next cost the same at any size. */
class Ring {
  head: Link | null = null;

  add(link: Link): void {
    if (link.next) return;
    const head = this.head;
    if (!head?.previous) {
      link.next = link;
      link.previous = link;
      this.head = link;
      return;
    }
    link.next = head;
    link.previous = head.previous;
    head.previous.next = link;
    head.previous = link;
  }

  remove(link: Link): void {
    if (!link.next || !link.previous) return;
    link.previous.next = link.next;
    link.next.previous = link.previous;
    if (this.head === link) this.head = link.next === link ? null : link.next;
    link.next = null;
    link.previous = null;
  }
}

const ANY = '*';
export const KINDS = [ANY, ...Object.keys(TASK_CAPABILITY_MAP)];

/** The kind of task that a type is: its own where it requires something, else any. */
export const kindOf = (taskType: string): string => (isTradingTaskType(taskType) ? taskType : ANY);

export const satisfies = (kind: string, capabilities: ReadonlySet<string>): boolean =>
  requiredCapabilities(kind).every((name) => capabilities.has(name));

/** Whether each capability is an own `true` of the record: present but false is not one, nor is anything inherited. */
export const capabilitiesOf = (record: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(Object.keys(record).filter((name) => record[name] === true));

/** Idle agents indexed by the task types that they qualify for (FM-TAW-004). */
export class CapabilityIndex {
  readonly #rings = new Map<string, Ring>(KINDS.map((kind) => [kind, new Ring()]));
  readonly #seats = new Map<string, Seat>();

  /** Files an idle agent under each type that its capabilities satisfy. */
  addIdle(agent: string, capabilities: ReadonlySet<string>): void {
    for (const link of this.#seat(agent, capabilities).links) link.ring.add(link);
  }

  remove(agent: string): void {
    const seat = this.#seats.get(agent);
    if (seat) leave(seat);
  }

  forget(agent: string): void {
    this.remove(agent);
    this.#seats.delete(agent);
  }

  /** Takes the longest idle agent that is able to do the task; null where none is. */
  takeIdle(taskType: string): string | null {
    const link = this.#rings.get(kindOf(taskType))?.head;
    if (!link) return null;
    leave(link.seat);
    return link.seat.agent;
  }

  #seat(agent: string, capabilities: ReadonlySet<string>): Seat {
    const known = this.#seats.get(agent);
    if (known?.capabilities === capabilities) return known;
    if (known) leave(known);
    const seat: Seat = known ?? { agent, capabilities, links: [] };
    seat.capabilities = capabilities;
    seat.links = [...this.#rings].flatMap(([kind, ring]) =>
      satisfies(kind, capabilities) ? [{ seat, ring, previous: null, next: null }] : [],
    );
    this.#seats.set(agent, seat);
    return seat;
  }
}

const leave = (seat: Seat): void => {
  for (const link of seat.links) link.ring.remove(link);
};
