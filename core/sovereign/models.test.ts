import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { systemIds } from '../kit/ids.ts';
import { readModelSettings } from './model-settings.ts';
import { openModels } from './models.ts';

const NOTHING = { info() {}, warn() {}, error() {} };

/** The models that an engine opens whose first one's key is lost. */
function models(more: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'models.json');
  writeFileSync(file, JSON.stringify({ primary: { model: 'openai:m', key_kept: 'session' }, ...more }));
  const settings = readModelSettings({ flags: {}, file, env: {} });
  const spentFile = join(folder, 'models-used.json');
  const opened = openModels({ settings, spentFile, clock: systemClock(), ids: systemIds, log: NOTHING });
  onTestFinished(() => opened.close());
  return opened;
}

const ASKED = { symbol: 'A/B', bars: [], prompt: () => ({ system: '', user: '', context_tier: null }) };

it('a model whose key is lost is never asked, and its agents say why', async () => {
  const { analyst } = models();
  expect(analyst.state()).toMatchObject({
    circuit: 'open',
    model: 'openai:m',
    reason: expect.stringMatching(/^The key to openai:m .* give it again in Settings/),
  });
  await expect(analyst.decide(ASKED, new AbortController().signal)).rejects.toMatchObject({
    fault: 'shut',
    source: 'sovereign_timeout',
  });
});

it('the fallback answers in its place', () => {
  expect(models({ fallback: 'rules' }).analyst.state()).toMatchObject({
    circuit: 'closed',
    reason: expect.stringMatching(/give it again in Settings.*answers instead/),
  });
});
