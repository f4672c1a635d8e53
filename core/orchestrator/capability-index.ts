import { isTradingTaskType, requiredCapabilities, TASK_CAPABILITY_MAP } from '../contract/task.ts';

interface Link {
  agent: string;
  previous: Link;
  next: Link;
}

/** Idle agents in turn: adding, removing and taking the next cost the same at any size. */
class Ring {
  readonly #links = new Map<string, Link>();
  #head: Link | null = null;

  add(agent: string): void {
    if (this.#links.has(agent)) return;
    const link = { agent } as Link;
    const head = this.#head ?? link;
    link.next = head;
    link.previous = this.#head ? head.previous : link;
    head.previous.next = link;
    head.previous = link;
    this.#head = head;
    this.#links.set(agent, link);
  }

  remove(agent: string): void {
    const link = this.#links.get(agent);
    if (!link) return;
    this.#links.delete(agent);
    link.previous.next = link.next;
    link.next.previous = link.previous;
    if (this.#head === link) this.#head = link.next === link ? null : link.next;
  }

  /** The agent that has been idle longest. */
  first(): string | null {
    return this.#head?.agent ?? null;
  }
}

const ANY = '*';
const KINDS = [ANY, ...Object.keys(TASK_CAPABILITY_MAP)];

/** The kind of task that a type is: its own where it requires something, else any. */
const kindOf = (taskType: string): string => (isTradingTaskType(taskType) ? taskType : ANY);

const satisfies = (kind: string, capabilities: ReadonlySet<string>): boolean =>
  requiredCapabilities(kind).every((name) => capabilities.has(name));

/** Whether each capability is an own `true` of the record: present but false is not one, nor is anything inherited. */
export const capabilitiesOf = (record: Readonly<Record<string, unknown>>): ReadonlySet<string> =>
  new Set(Object.keys(record).filter((name) => record[name] === true));

/** Idle agents indexed by the task types that they qualify for (FM-TAW-004). */
export class CapabilityIndex {
  readonly #rings = new Map<string, Ring>(KINDS.map((kind) => [kind, new Ring()]));

  /** Files an idle agent under each type that its capabilities satisfy. */
  addIdle(agent: string, capabilities: ReadonlySet<string>): void {
    for (const [kind, ring] of this.#rings) if (satisfies(kind, capabilities)) ring.add(agent);
  }

  remove(agent: string): void {
    for (const ring of this.#rings.values()) ring.remove(agent);
  }

  /** Takes the longest idle agent that is able to do the task; null where none is. */
  takeIdle(taskType: string): string | null {
    const agent = this.#rings.get(kindOf(taskType))?.first() ?? null;
    if (agent !== null) this.remove(agent);
    return agent;
  }
}

/** How many agents qualify for each type, so that nobody has to be asked. */
export class QualifiedCount {
  readonly #counts = new Map<string, number>(KINDS.map((kind) => [kind, 0]));
  readonly #counted = new Map<string, readonly string[]>();

  set(agent: string, capabilities: ReadonlySet<string> | null): void {
    for (const kind of this.#counted.get(agent) ?? []) this.#add(kind, -1);
    this.#counted.delete(agent);
    if (capabilities === null) return;
    const kinds = KINDS.filter((kind) => satisfies(kind, capabilities));
    for (const kind of kinds) this.#add(kind, 1);
    this.#counted.set(agent, kinds);
  }

  of(taskType: string): number {
    return this.#counts.get(kindOf(taskType)) ?? 0;
  }

  #add(kind: string, by: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + by);
  }
}
