import { describe, expect, it } from 'vitest';
import { readRefusal } from '../feed/refusals.ts';
import { aStatus } from '../testing/a-status.ts';
import { connectionOf } from './connection.ts';
import { type FeedState, NOTHING_HEARD, withLink, withStatus } from './feed.ts';
import { clockText } from './time-text.ts';

const live = withLink(NOTHING_HEARD, { is: 'live' });
const label = (feed: FeedState, wall = 0) => connectionOf(feed, wall).label;

describe('connection', () => {
  it('is live only with a live link', () => {
    expect(connectionOf(live, 0)).toEqual({ tone: 'good', label: 'Live', advice: null, stale: false });
    expect(label(NOTHING_HEARD)).toBe('Connecting');
    expect(label(withLink(live, { is: 'catching_up' }))).toBe('Catching up');
  });

  it('says when it was last heard while it reconnects', () => {
    const heardAt = Date.UTC(2026, 0, 5, 14, 2, 11);
    const feed: FeedState = { ...NOTHING_HEARD, heardAt, link: { is: 'reconnecting' } };
    expect(label(feed)).toBe(`Reconnecting (last update ${clockText(heardAt)})`);
    expect(clockText(heardAt)).toMatch(/^\d\d:\d\d:11$/);
  });

  it('catches up once the lag has lasted, or is more than a batch', () => {
    const few = withStatus(live, aStatus({ lag: 12 }), 1_000);
    expect(label(few, 1_999)).toBe('Live');
    expect(label(few, 2_000)).toBe('Catching up (12)');
    expect(label(withStatus(live, aStatus({ lag: 1_500 }), 1_000), 1_000)).toBe('Catching up (1,500)');
  });

  it('puts a full disk above all while live', () => {
    const feed = withStatus(live, aStatus({ not_saved: 'disk full', lag: 900 }), 0);
    expect(connectionOf(feed, 0)).toMatchObject({ tone: 'bad', label: 'Not saved: disk full', stale: true });
  });

  it('is not live behind a gateway that hears nothing of its engine', () => {
    const silent = 'Nothing is heard of the engine: what is shown may be old';
    expect(connectionOf(withStatus(live, aStatus({ silent }), 0), 0)).toEqual({
      tone: 'bad',
      label: 'No word of the engine',
      advice: `${silent}.`,
      stale: true,
    });
    expect(label(withStatus(live, aStatus({ silent: null }), 0))).toBe('Live');
  });

  it('says which part of a window’s engine is starting, or is down and why', () => {
    expect(label(withLink(live, { is: 'starting', part: 'store' }))).toBe('Starting: store');
    const down = withLink(live, { is: 'down', part: 'data folder', message: 'in use by another' });
    expect(connectionOf(down, 0)).toEqual({
      tone: 'bad',
      label: 'Down: data folder',
      advice: 'in use by another',
      stale: true,
    });
  });

  it('says what to do when nobody answers and when it is refused', () => {
    const unanswered = withLink(live, { is: 'connecting', unanswered: true });
    expect(connectionOf(unanswered, 0).advice).toBe('No engine answers here. Start it with npm start.');
    const refused = readRefusal(
      Object.assign(new Error('no'), { data: { code: 'unauthorized', message: 'no', retry: false } }),
    );
    expect(connectionOf(withLink(live, { is: 'refused', ...refused }), 0).advice).toContain('npm start printed');
  });
});

describe('a refusal', () => {
  it('is read from its data; without any it may pass', () => {
    const data = { code: 'shutting_down', message: 'the engine is closing', retry: true };
    expect(readRefusal(Object.assign(new Error('x'), { data }))).toEqual(data);
    expect(readRefusal(new Error('something else'))).toMatchObject({ message: 'something else', retry: true });
  });
});
