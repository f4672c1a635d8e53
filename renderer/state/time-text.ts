const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const market = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** "14:02:11" by the viewer's own clock. */
export const clockText = (ms: number): string => clock.format(ms);

/** "5 Jan 2026, 14:02 UTC": a replay's time is of the market, not of the viewer. */
export const marketText = (ms: number): string => `${market.format(ms)} UTC`;

/** "5 Jan 2026, 14:02:11 UTC". */
export const momentText = (ms: number): string => `${moment.format(ms)} UTC`;

const short = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** "5 Jan, 14:02", UTC: where a whole column is of it. */
export const shortMomentText = (ms: number): string => short.format(ms);
