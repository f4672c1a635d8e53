import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Status } from '../../core/contract/sidebar.ts';
import { type Program, startProgram } from '../support/program.ts';
import { fuzzDecoder } from './decode.ts';
import { fuzzSockets } from './sockets.ts';

let engine: Program;
beforeAll(async () => {
  engine = await startProgram(['--feed', 'none', '--agents', 'none']);
});
afterAll(() => engine.kill());

it('of 30,000 mutated packets each is refused, unheard or sound: none throws through, none changes what objects have', {
  timeout: 60_000,
}, () => {
  const { thrown, refused, taken } = fuzzDecoder(30_000, 1);
  expect(thrown).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
  expect(taken).toBeGreaterThan(100);
});

it('500 mutated packets through sockets cost the engine nothing, and nothing is stored of them', {
  timeout: 60_000,
}, async () => {
  const { sockets } = await fuzzSockets(engine, 500, 1);
  expect(sockets).toBeGreaterThan(8);
  expect(await engine.get('/healthz')).toEqual({ ok: true });
  const { items } = await engine.get<{ items: unknown[] }>('/api/results');
  expect(items).toEqual([]);
  const status = await engine.get<Status>('/api/status');
  expect(status.not_saved).toBeNull();
  expect(engine.output()).not.toMatch(/"level":(50|60)|Error:/);
});
