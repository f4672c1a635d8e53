import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { aStatus } from '../testing/a-status.ts';
import { openAlarmDesk } from './alarms.ts';
import { type FeedState, NOTHING_HEARD, withConnect, withStatus } from './feed.ts';

const LOST = '12 results that had been stored are lost: the write-ahead log ended before its anchor.';
const OLD = 'the newest backup is 9 days old';

function aDesk() {
  const feed = createStore<FeedState>(() => NOTHING_HEARD);
  const desk = openAlarmDesk({ feed });
  const tell = (...alarms: string[]) => feed.setState((state) => withStatus(state, aStatus({ alarms }), 1));
  tell(LOST, OLD);
  desk.putAway(LOST);
  desk.putAway(OLD);
  return { feed, tell, away: () => [...desk.store.getState().away] };
}

describe('an alarm that was put away', () => {
  it('comes back at its next outage', () => {
    const { tell, away } = aDesk();
    tell(OLD);
    expect(away()).toEqual([OLD]);
    tell(LOST, OLD);
    expect(away()).toEqual([OLD]);
  });

  it('stays away while it is told, and while nothing is known', () => {
    const { feed, tell, away } = aDesk();
    tell(OLD, LOST);
    feed.setState(withConnect);
    tell(LOST, OLD);
    expect(away()).toEqual([LOST, OLD]);
  });
});
