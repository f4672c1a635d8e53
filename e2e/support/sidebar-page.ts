import { expect, type Page } from 'playwright/test';
import type { Row } from '../story/story.ts';
import type { Program } from './program.ts';

/** Opens the sidebar as the printed address does, and fails the test at any policy violation or page error. */
export async function openSidebar(
  page: Page,
  program: Program,
  role: 'viewer' | 'operator' = 'operator',
): Promise<{ complaints: string[] }> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(program.url) && !url.startsWith(program.url.replace('http', 'ws')))
      complaints.push(`asked for ${url}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
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
  await expect(list.getByRole('listitem')).toHaveCount(rows.length);
  const names = await list
    .getByRole('listitem')
    .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label')));
  expect(names).toEqual(rows.map((row) => nameOf(row, timeframe)));
}
