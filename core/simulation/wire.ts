import type { AgentEvents, EngineToAgent, Reply } from '../contract/messages.ts';
import type { EngineToViewer } from '../contract/sidebar.ts';

/** What an agent sends over a simulated socket. */
export type AgentMessage =
  | { kind: 'assign_ack'; body: { task_id: string; lease: number; accept: boolean; reason: string } }
  | { [E in keyof AgentEvents]: { kind: 'event'; id: number; event: E; body: AgentEvents[E] } }[keyof AgentEvents];

/** What the engine sends to an agent. */
export type EngineMessage =
  | { kind: 'reply'; id: number; body: Reply }
  | { [E in keyof EngineToAgent]: { kind: 'event'; event: E; payload: EngineToAgent[E] } }[keyof EngineToAgent];

/** What the engine sends to a viewer; the viewer acks with the id. */
export type ViewerMessage = {
  [E in 'snapshot' | 'sidebar_update']: { event: E; id: number; payload: EngineToViewer[E] };
}['snapshot' | 'sidebar_update'];
