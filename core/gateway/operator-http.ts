import type { Context } from 'hono';
import { refusal } from '../contract/messages.ts';
import { IMPORT_MAX } from '../contract/settings.ts';
import type { OperatorDesk } from './ports.ts';

/** GET /api/diagnostics: what to send to whoever is asked for help. */
export const answerDiagnostics = (desk: OperatorDesk) => (c: Context) =>
  c.body(desk.diagnostics(), 200, { 'Content-Type': 'application/json' });

/** POST /api/imports?name=FILE: a CSV file of bars, which is kept and replayed. */
export const takeImport = (desk: OperatorDesk) => async (c: Context) => {
  const reply = await desk.importBars(c.req.query('name') ?? '', await c.req.text());
  if (!reply.ok) return c.json(reply, 400);
  const { ok: _ok, ...taken } = reply;
  return c.json(taken, 201);
};

export const IMPORT_PATH = '/api/imports';
export const tooLargeImport = refusal('too_large', `a file of bars may be ${IMPORT_MAX / 1024 / 1024} MiB at most`);
