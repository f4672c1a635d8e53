import { Notification } from 'electron';
import type { SidebarUpdate } from '../core/contract/sidebar.ts';
import { systemClock } from '../core/kit/clock.ts';
import { Seldom } from '../core/kit/seldom.ts';
import { noticeOf } from './notice-text.ts';

/** The system tells of one warning in so long; those between are counted, and old ones are none. */
const APART_MS = 10_000;
const OLD_MS = 60_000;

interface NoticeOptions {
  isWanted(): boolean;
  onClick(): void;
}

/** Has the system tell of Hidden Hand warnings, seldom and while they are new. */
export function warnOfHiddenHand({ isWanted, onClick }: NoticeOptions): (update: SidebarUpdate) => void {
  const clock = systemClock();
  const seldom = new Seldom(APART_MS, clock.monotonic);
  return (update) => {
    if (update.warning === null || !isWanted() || clock.now() - Date.parse(update.timestamp) > OLD_MS) return;
    const others = seldom.pass('hidden hand');
    if (others === null || !Notification.isSupported()) return;
    const notice = new Notification(noticeOf(update, others));
    notice.on('click', onClick);
    notice.show();
  };
}
