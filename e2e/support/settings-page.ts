import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from 'playwright/test';
import { reachOf, until } from './program.ts';

/** A file of daily bars as somebody would have it. */
export const dayBars = (count: number): string =>
  ['time,open,high,low,close,volume']
    .concat(
      Array.from({ length: count }, (_, day) => {
        const time = new Date(Date.UTC(2024, 0, 1 + day)).toISOString();
        const open = 100 + 5 * Math.sin(day / 4) + day / 3;
        return `${time},${open},${open + 2},${open - 2},${open + 1},${1_000 + day}`;
      }),
    )
    .join('\n');

export const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

/** Drops a file somewhere on the page. */
export async function drop(page: Page, name: string, text: string): Promise<void> {
  const dropped = await page.evaluateHandle(
    ([file = '', content = '']) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
}

/** The row of a symbol of daily bars. */
export const signal = (page: Page, symbol: string): Locator =>
  page
    .getByRole('list', { name: 'Signals' })
    .getByRole('listitem', { name: new RegExp(`^${symbol} 1d (BUY|SELL|HOLD)`) });

export async function openSettings(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await expect(dialog.getByRole('region', { name: 'Market data' })).toBeVisible();
  return dialog;
}

/** The form of one of the two models, and its field for a key. */
export const modelForm = (dialog: Locator, title: 'Model' | 'Fallback') => {
  const form = dialog.getByRole('form', { name: title, exact: true });
  return { form, name: form.getByRole('textbox', { name: title }), key: form.getByLabel('Key', { exact: true }) };
};

/** Does what has the engine of a data folder start again, and waits until it has. */
export async function restarted(data: string, act: () => Promise<unknown>): Promise<void> {
  const startedAt = () => readFileSync(join(data, 'endpoint.json'), 'utf8');
  const before = startedAt();
  await act();
  await until('the engine to be back', async () => {
    if (startedAt() === before) return false;
    return (await fetch(`${reachOf(data).url}/readyz`).catch(() => null))?.ok;
  });
}
