import { describe, expect, it } from 'vitest';
import { toSidebarUpdate } from '../../core/signals/sidebar-update.ts';
import { aRecord } from '../testing/a-record.ts';
import { bylines } from './bylines.ts';
import type { Records } from './records.ts';

const analysis = aRecord({
  task_id: 'a1',
  offset: 1,
  stage: 'analysis',
  completed_by: 'analyst-1',
  model: 'second@127.0.0.1',
  fallback_used: true,
  usage: { input_tokens: 4_100, output_tokens: 220, cost_usd: 0.004 },
});
const validated = aRecord({
  task_id: 'v1',
  offset: 2,
  stage: 'signal',
  analysis_task_id: 'a1',
  completed_by: 'validator-1',
  model: 'rules-hidden-hand',
  fallback_used: true,
});
const has = (...items: Records['items']): Records => ({ items, fault: null });

describe('bylines', () => {
  it('give the fallback to the analyst whose model it was, and not to the validator that inherits it', () => {
    expect(bylines(toSidebarUpdate(validated), has(validated, analysis))).toEqual([
      {
        title: 'The analyst',
        agent: 'analyst-1',
        model: 'second@127.0.0.1',
        fallback: true,
        usage: { input_tokens: 4_100, output_tokens: 220, cost_usd: 0.004 },
      },
      { title: 'The validator', agent: 'validator-1', model: 'rules-hidden-hand', fallback: false, usage: null },
    ]);
  });

  it('give it to the validator where the analysis had none', () => {
    const records = has(validated, { ...analysis, fallback_used: false });
    expect(bylines(toSidebarUpdate(validated), records).map(({ fallback }) => fallback)).toEqual([false, true]);
  });

  it('give it to nobody while the analysis is not at hand', () => {
    const validator = { title: 'The validator', agent: 'validator-1', model: 'rules-hidden-hand', fallback: false };
    expect(bylines(toSidebarUpdate(validated), has(validated))).toEqual([{ ...validator, usage: null }]);
    expect(bylines(toSidebarUpdate(validated), has(analysis))).toEqual([{ ...validator, usage: undefined }]);
  });

  it('name the analyst alone of what is not validated yet', () => {
    expect(bylines(toSidebarUpdate(analysis), has(analysis))).toMatchObject([
      { title: 'The analyst', agent: 'analyst-1', fallback: true },
    ]);
  });
});
