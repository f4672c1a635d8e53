import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../kit/errors.ts';
import { loadBundled } from './bundled.ts';

it('brings seven pairs of 4,000 five-minute bars', async () => {
  const series = await loadBundled();
  expect(series.map(({ symbol, timeframe, bars }) => [symbol, timeframe, bars.length])).toEqual(
    ['ADA', 'DASH', 'ETC', 'ETH', 'TRX', 'XLM', 'XMR'].map((base) => [`${base}/BTC`, '5m', 4_000]),
  );
});

it('says so where its folder is missing or empty', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aurora-bundled-'));
  await expect(loadBundled(folder)).rejects.toThrow(UsageError);
  await expect(loadBundled(folder)).rejects.toThrow(`${folder}: no CSV file`);
  await rm(folder, { recursive: true });
  await expect(loadBundled(folder)).rejects.toThrow(UsageError);
});
