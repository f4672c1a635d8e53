import { io } from 'socket.io-client';
import type { SidebarUpdate } from '../../../core/contract/sidebar.ts';

/** What a viewer hears, handed on as it comes; acked at once, as Aurora's own page does. */
export function listen(told: (updates: readonly SidebarUpdate[]) => void): void {
  const asked = new URLSearchParams(location.search);
  const socket = io(`${asked.get('engine')}/sidebar`, {
    transports: ['websocket'],
    auth: { token: asked.get('token'), protocol: 1 },
  });
  socket.on('snapshot', (snapshot: { updates: SidebarUpdate[] }, ack: () => void) => {
    told(snapshot.updates);
    ack();
  });
  socket.on('sidebar_update', (updates: SidebarUpdate[], ack: () => void) => {
    told(updates);
    ack();
  });
}

/** The columns of both pages, in the words that a trader reads. */
export const COLUMNS: readonly { name: string; text(update: SidebarUpdate): string }[] = [
  { name: 'Symbol', text: ({ symbol }) => symbol },
  { name: 'Signal', text: ({ signal }) => signal },
  { name: 'Confidence', text: ({ confidence }) => `${Math.round(confidence * 100)}%` },
  { name: 'Before', text: ({ original_confidence }) => `${Math.round(original_confidence * 100)}%` },
  { name: 'Risk', text: ({ risk_score }) => risk_score.toFixed(2) },
  { name: 'Phase', text: ({ wyckoff_phase }) => wyckoff_phase },
  {
    name: 'Marks',
    text: ({ degraded, warning }) => [degraded && 'degraded', warning && 'hidden hand'].filter(Boolean).join(', '),
  },
];
