import type { Socket } from 'socket.io';
import { refusal } from '../contract/messages.ts';
import type { Clock } from '../kit/clock.ts';

export interface Rate {
  /** Messages a second that may go on for ever, and how many may come at once. */
  perSecond: number;
  atOnce: number;
}

/** Of agents and operators: more than 512 tasks in flight need, and little enough for one to starve nobody. */
export const WORK_RATE: Rate = { perSecond: 5_000, atOnce: 50_000 };
/** Of viewers: a page says what it painted. */
export const VIEWER_RATE: Rate = { perSecond: 50, atOnce: 200 };

/** Answers what one socket says above its rate with `rate_limited`, unread; what is not acked is left. */
export function limitRate(socket: Socket, { perSecond, atOnce }: Rate, clock: Pick<Clock, 'monotonic'>): void {
  let left = atOnce;
  let last = clock.monotonic();
  socket.use((packet, next) => {
    const now = clock.monotonic();
    left = Math.min(atOnce, left + ((now - last) / 1_000) * perSecond);
    last = now;
    if (left >= 1) {
      left -= 1;
      return next();
    }
    const ack: unknown = packet.at(-1);
    if (typeof ack === 'function')
      ack(refusal('rate_limited', `more than ${perSecond} messages a second: send it again, slower`, true));
  });
}
