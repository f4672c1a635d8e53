import { AuroraBridge, BRIDGE_GROUP } from '../bridge/aurora-bridge.ts';
import { EventBus } from '../bridge/event-bus.ts';
import { SidebarList } from '../bridge/sidebar-list.ts';
import { ViewerRounds } from '../bridge/viewer-rounds.ts';
import type { CompletedPayload } from '../contract/bus.ts';
import type { AgentHandshake, Refusal, Reply } from '../contract/messages.ts';
import type { ViewerHandshake } from '../contract/sidebar.ts';
import type { Effect, OrchestratorEvent } from '../orchestrator/events.ts';
import type { Limits } from '../orchestrator/limits.ts';
import { Orchestrator } from '../orchestrator/orchestrator.ts';
import type { SimClock } from './sim-clock.ts';
import type { SimSocket } from './sim-net.ts';
import type { SimStore } from './sim-store.ts';
import type { AgentMessage, EngineMessage, ViewerMessage } from './wire.ts';
import type { Witness } from './witness.ts';

const TICK_MS = 500;

export interface SimEngineOptions {
  clock: SimClock;
  store: SimStore;
  witness: Witness;
  limits: Partial<Limits>;
  /** Told before the bridge looks again by itself. */
  wake: () => void;
}

/** One life of the engine: the real orchestrator and bridge around simulated sockets and disk. */
export class SimEngine {
  readonly core: Orchestrator;
  readonly #to: SimEngineOptions;
  readonly #list: SidebarList;
  readonly #bridge: AuroraBridge;
  readonly #rounds: ViewerRounds;
  readonly #agents = new Map<string, SimSocket>();
  readonly #viewers = new Map<
    string,
    { socket: SimSocket; stop: () => void; acked: Map<number, () => void>; lastSent: number }
  >();
  readonly #replies = new Map<number, (body: Reply) => void>();
  readonly #stops: (() => void)[] = [];
  #lastReply = 0;
  #alive = true;
  #appended: () => void = () => {};

  constructor(options: SimEngineOptions) {
    this.#to = options;
    const { clock, store, limits } = options;
    this.core = new Orchestrator({
      origin: 'live',
      storeEpoch: store.committed.epoch,
      limits,
      restored: store.restored(),
      at: this.#at(),
    });
    const bus = new EventBus();
    const acked = store.committed.ackedOffset(BRIDGE_GROUP);
    this.#list = new SidebarList(store.committed.epoch, store.committed.newestPerSymbol(acked), acked);
    const published = ({ payload }: { payload: CompletedPayload }): void => {
      options.witness.screens.published(payload.offset);
      this.#list.apply(payload.result);
    };
    bus.on('analysis-events', published);
    bus.on('signal-events', published);
    this.#bridge = new AuroraBridge({
      stream: {
        read: async (group, limit) => store.committed.resultsAfter(store.committed.ackedOffset(group), limit),
        ack: (group, offset) =>
          new Promise((resolve, reject) => {
            store.commit([{ kind: 'group_ack', group, offset }], ([outcome]) =>
              outcome?.ok ? resolve() : reject(new Error('not stored')),
            );
          }),
        onAppended: (listener) => {
          this.#appended = listener;
          return () => {};
        },
      },
      bus,
      clock: {
        ...clock,
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        every: (ms, run) => clock.every(ms, run),
        after: (ms, run) =>
          clock.after(ms, () => {
            options.wake();
            run();
          }),
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    this.#rounds = new ViewerRounds({ list: this.#list, clock });
    this.#stops.push(() => this.#rounds.close());
    this.#stops.push(clock.every(TICK_MS, () => this.step({ type: 'tick' })));
    this.#bridge.wake();
  }

  /** Results were committed. */
  appended(): void {
    if (this.#alive) this.#appended();
  }

  /** What the engine would show a new viewer. */
  display() {
    return this.#list.above(0);
  }

  step(event: OrchestratorEvent): void {
    if (!this.#alive) return;
    const { witness } = this.#to;
    witness.before(event, this.core, this.#at());
    const effects = this.core.step(event, this.#at());
    witness.after(event, effects, this.core);
    const writes = effects.filter((effect) => effect.type === 'write');
    if (writes.length > 0)
      this.#to.store.commit(
        writes.map(({ fact }) => fact),
        (outcomes) =>
          this.step({
            type: 'written',
            outcomes: writes.flatMap(({ ref }, place) => {
              const outcome = outcomes[place];
              return outcome ? [{ ref, outcome }] : [];
            }),
          }),
      );
    for (const effect of effects) this.#carryOut(effect);
  }

  ask(event: (reply: number) => OrchestratorEvent, answered: (body: Reply) => void = () => {}): void {
    const ref = ++this.#lastReply;
    this.#replies.set(ref, answered);
    this.step(event(ref));
  }

  /** Why a handshake is refused now, or null. */
  refuses(handshake: AgentHandshake): Refusal | null {
    return this.core.refuses(handshake, this.#at());
  }

  connectAgent(socket: SimSocket, handshake: AgentHandshake): void {
    this.#agents.set(socket.id, socket);
    this.step({ type: 'connect', connection: socket.id, handshake });
  }

  fromAgent(socket: SimSocket, message: AgentMessage): void {
    if (message.kind === 'assign_ack') return this.step({ type: 'assign_ack', ...message.body });
    const { id, event, body } = message;
    this.ask(
      (reply) => ({ type: 'agent', connection: socket.id, event, body, reply }) as OrchestratorEvent,
      (answer) => socket.send('engine', { kind: 'reply', id, body: answer } satisfies EngineMessage),
    );
  }

  agentGone(socket: SimSocket): void {
    if (!this.#agents.delete(socket.id)) return;
    this.step({ type: 'disconnect', connection: socket.id });
  }

  connectViewer(socket: SimSocket, cursor: Pick<ViewerHandshake, 'store_epoch' | 'offset'>): void {
    const viewer = { socket, stop: () => {}, acked: new Map<number, () => void>(), lastSent: 0 };
    this.#viewers.set(socket.id, viewer);
    viewer.stop = this.#rounds.feed(cursor, (event, payload, acked) => {
      const id = ++viewer.lastSent;
      viewer.acked.set(id, acked);
      this.#to.witness.screens.pushed(viewer.acked.size);
      socket.send('engine', { event, id, payload } as ViewerMessage);
    });
  }

  fromViewer(socket: SimSocket, id: number): void {
    const viewer = this.#viewers.get(socket.id);
    const acked = viewer?.acked.get(id);
    viewer?.acked.delete(id);
    acked?.();
  }

  viewerGone(socket: SimSocket): void {
    this.#viewers.get(socket.id)?.stop();
    this.#viewers.delete(socket.id);
  }

  /** The process is gone: nothing of it does anything any more. */
  crash(): void {
    this.#alive = false;
    for (const stop of this.#stops) stop();
    void this.#bridge.close();
    for (const socket of this.#agents.values()) socket.kill('engine');
    for (const { socket, stop } of this.#viewers.values()) {
      stop();
      socket.kill('engine');
    }
  }

  #at() {
    return { now: this.#to.clock.now(), monotonic: this.#to.clock.monotonic() };
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#agents
          .get(effect.connection)
          ?.send('engine', { kind: 'event', event: effect.event, payload: effect.payload } as EngineMessage);
        return;
      case 'reply':
        this.#replies.get(effect.to)?.(effect.body);
        this.#replies.delete(effect.to);
        return;
      case 'load':
        return this.step({ ...effect.message, stored: this.#to.store.task(effect.message.body.task_id) });
      case 'disconnect': {
        const socket = this.#agents.get(effect.connection);
        this.#agents.delete(effect.connection);
        socket?.close('engine');
        return;
      }
      default:
        return;
    }
  }
}
