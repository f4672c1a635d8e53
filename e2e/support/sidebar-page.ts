import { expect, type Page } from 'playwright/test';
import type { Row } from '../story/story.ts';

/** Everything that a page may not do: throw, break its policy, or ask for what is not its own. */
export function listenForComplaints(page: Page, own: readonly string[]): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const look = (url: string): void => {
    if (!own.some((start) => url.startsWith(start))) complaints.push(`asked for ${url}`);
  };
  page.on('request', (request) => look(request.url()));
  page.on('websocket', (socket) => look(socket.url()));
  return complaints;
}

/** What the browser itself says of an engine that is away, is killed in the middle of an answer, or is on its way up. */
export const isOfAbsence = (complaint: string): boolean =>
  /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)|Unexpected response code: 503/.test(complaint);

/** The page tells of each violation on its console; must be in place before the page loads. */
export const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI));`;

export const ownAddresses = (url: string): string[] => [url, url.replace('http', 'ws')];

/** Opens the sidebar in a browser, as the printed address does. */
export async function openSidebar(
  page: Page,
  program: { url: string; tokens: { viewer: string; operator: string } },
  role: 'viewer' | 'operator' = 'operator',
): Promise<{ complaints: string[] }> {
  const complaints = listenForComplaints(page, ownAddresses(program.url));
  await page.addInitScript(TELL_VIOLATIONS);
  await page.goto(`${program.url}/#token=${program.tokens[role]}`);
  return { complaints };
}

/** The accessible name of a row, as a screen reader gives it. */
const nameOf = ({ symbol, signal, confidence, degraded, warning }: Row, timeframe: string): string =>
  [symbol, timeframe, signal, confidence, degraded && 'degraded', warning !== null && 'hidden hand']
    .filter(Boolean)
    .join(' ');

export async function expectRows(page: Page, rows: readonly Row[], timeframe = '5m'): Promise<void> {
  const list = page.getByRole('list', { name: 'Signals' });
  const names = () =>
    list.getByRole('listitem').evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
  await expect.poll(names).toEqual(rows.map((row) => nameOf(row, timeframe)));
}
