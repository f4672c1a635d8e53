import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../kit/errors.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { DiskOutbox } from './disk-outbox.ts';
import type { Report } from './outbox.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aurora-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const clock = new FakeClock();
let ids = 0;

function anOutbox(folder: string, agentId = 'agent-1') {
  const lines: string[] = [];
  const write = (_fields: unknown, message: string) => void lines.push(message);
  const outbox = new DiskOutbox({
    folder,
    agentId,
    clock,
    ids: { id: () => `id-${++ids}`, token: () => '' },
    log: { info: write, warn: write, error: write },
  });
  return { outbox, lines };
}

const done = (task_id: string): Report => ({ event: 'task_complete', body: { task_id, lease: 1, result: { ok: 1 } } });
const failed: Report = {
  event: 'task_failed',
  body: { task_id: 'f', lease: 2, failure_source: 'network_error', failure_reason: 'cut' },
};

it('gives an earlier run’s reports to the next, oldest first, until they are released', () => {
  const folder = join(aFolder(), 'deep', 'outbox');
  const first = anOutbox(folder).outbox;
  for (const task_id of ['t1', 't2']) {
    first.keep(done(task_id));
    clock.advance(1);
  }
  first.keep(failed);
  const left = anOutbox(folder).outbox.left();
  expect(left.map(({ report }) => report)).toEqual([done('t1'), done('t2'), failed]);
  left[0]?.release();
  left[0]?.release();
  expect(anOutbox(folder).outbox.left()).toHaveLength(2);
});

it('writes one whole file a report, for this user alone', () => {
  const folder = aFolder();
  const kept = anOutbox(folder).outbox.keep(done('t1'));
  const [name = '', ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toMatchObject({ agent_id: 'agent-1', ...done('t1') });
  kept.release();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['cut short', '{"agent_id": "agent-1", "ev'],
  ['of another shape', '{"agent_id": "agent-1", "event": "task_complete", "body": {"task_id": 7}}'],
  ['empty', ''],
])('sets a file aside that is %s, and says so', (_what, text) => {
  const folder = aFolder();
  anOutbox(folder).outbox.keep(done('t1'));
  writeFileSync(join(folder, '0-bad.json'), text);
  const { outbox, lines } = anOutbox(folder);
  expect(outbox.left().map(({ report }) => report)).toEqual([done('t1')]);
  expect(readdirSync(folder)).toContain('0-bad.json.damaged');
  expect(readFileSync(join(folder, '0-bad.json.damaged'), 'utf8')).toBe(text);
  expect(lines).toEqual(['a damaged report was set aside']);
  expect(anOutbox(folder).outbox.left()).toHaveLength(1);
});

it('clears away what was not whole when its writer ended, and leaves another agent’s report alone', () => {
  const folder = aFolder();
  writeFileSync(join(folder, '1-half.json.part'), '{"agent_');
  anOutbox(folder, 'agent-2').outbox.keep(done('theirs'));
  const { outbox, lines } = anOutbox(folder);
  expect(outbox.left()).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(lines).toEqual(["another agent's report lies in this agent's outbox"]);
});

it('keeps in memory what the disk will not take, and says so', () => {
  const folder = aFolder();
  const { outbox, lines } = anOutbox(folder);
  rmSync(folder, { recursive: true });
  const kept = outbox.keep(done('t1'));
  expect(kept.report).toEqual(done('t1'));
  kept.release();
  expect(lines).toEqual([expect.stringMatching(/kept in memory alone/)]);
});

it('refuses a folder that it cannot make, with what to do', () => {
  const file = join(aFolder(), 'file');
  writeFileSync(file, '');
  expect(() => anOutbox(join(file, 'outbox'))).toThrow(UsageError);
  expect(() => anOutbox(file).outbox.left()).toThrow(/The outbox folder .* cannot be used/);
});
