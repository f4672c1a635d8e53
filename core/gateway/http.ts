import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { type ErrorCode, type Refusal, refusal } from '../contract/messages.ts';
import { IMPORT_MAX, type ShownSettings } from '../contract/settings.ts';
import { submitSchema } from '../contract/task.ts';
import { type Doors, identify, type Role, refuseDoor, type Tokens } from './access.ts';
import { answerBars, takeBars } from './bars.ts';
import { answerExport } from './export.ts';
import { answerDiagnostics, IMPORT_PATH, takeImport, tooLargeImport } from './operator-http.ts';
import { servePage } from './page.ts';
import type { OperatorDesk, Screen, Tasks } from './ports.ts';

export interface HttpOptions {
  doors: Doors;
  tokens: () => Tokens;
  tasks: Tasks;
  desk?: OperatorDesk | undefined;
  screen: Screen;
  /** Folder of the built page. */
  page: string;
  /** A fresh nonce for each page served. */
  nonce: () => string;
  /** Where all but signals and status is asked for; left out where it is here. */
  elsewhere?: (() => string) | undefined;
}

const BODY_MAX = 256 * 1024;
const DISCARD_MAX = 16 * 1024 * 1024;
const LIST_DEFAULT = 100;
const LIST_MAX = 500;
/** What a gateway without an engine answers too. */
const SHOWN_ANYWHERE = new Set(['/api/signals', '/api/status']);
const STATUS: Partial<Record<ErrorCode, 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503>> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  unknown_task: 404,
  too_large: 413,
  queue_full: 429,
  rate_limited: 429,
  circuit_open: 503,
  not_persisted: 503,
  shutting_down: 503,
  starting: 503,
};

const refuse = (c: Context, code: ErrorCode, message: string, retry = false) =>
  c.json(refusal(code, message, retry), STATUS[code] ?? 400);

function limitOf(c: Context): number {
  const asked = Number(c.req.query('limit') ?? LIST_DEFAULT);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, LIST_MAX) : LIST_DEFAULT;
}

/** A client that is still sending reads no answer, so what it sends is taken and thrown away, up to a bound. */
async function discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (!body || body.locked) return;
  let left = DISCARD_MAX;
  for await (const chunk of body) {
    left -= chunk.byteLength;
    if (left < 0) return;
  }
}

/** The engine's HTTP side: the page, and JSON for programs. */
export function httpApp({ doors, tokens, tasks, desk, screen, page, nonce, elsewhere }: HttpOptions): Hono {
  const app = new Hono();
  const identityOf = (c: Context) => {
    const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    return bearer ? identify(tokens(), bearer) : null;
  };
  const allow =
    (...roles: Role[]) =>
    async (c: Context, next: () => Promise<void>) => {
      const identity = identityOf(c);
      if (!identity)
        return refuse(c, 'unauthorized', 'send Authorization: Bearer with a token from tokens.json in the data folder');
      if (!roles.includes(identity.role))
        return refuse(c, 'forbidden', `a token of role ${identity.role} may not do this: use ${roles.join(' or ')}`);
      await next();
      return undefined;
    };

  app.use(async (c, next) => {
    const shut = refuseDoor(doors, { host: c.req.header('host'), origin: c.req.header('origin') });
    if (shut) return refuse(c, 'forbidden', shut);
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    return undefined;
  });
  // The window's page comes from a scheme of its own; any other origin was turned away above.
  app.use(
    '/api/*',
    cors({ origin: [...doors.origins], allowHeaders: ['authorization', 'content-type', 'idempotency-key'] }),
  );
  const within = (maxSize: number, why: Refusal) =>
    bodyLimit({
      maxSize,
      onError: async (c) => {
        await discard(c.req.raw.body);
        return c.json(why, 413);
      },
    });
  const ordinary = within(BODY_MAX, refusal('too_large', `a request may be ${BODY_MAX} bytes at most`));
  const large = within(IMPORT_MAX, tooLargeImport);
  app.use((c, next) => (c.req.path === IMPORT_PATH ? next() : ordinary(c, next)));

  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/readyz', (c) => c.json({ ok: true }));
  if (elsewhere)
    app.use('/api/*', allow('viewer', 'operator'), (c, next) =>
      SHOWN_ANYWHERE.has(c.req.path)
        ? next()
        : Promise.resolve(
            refuse(c, 'not_found', `this gateway only shows signals and status: ask the engine, ${elsewhere()}`),
          ),
    );
  app.get('/api/signals', allow('viewer', 'operator'), (c) => c.json({ items: screen.signals() }));
  app.get('/api/status', allow('viewer', 'operator'), (c) => c.json(screen.status()));
  app.get('/api/results', allow('viewer', 'operator'), (c) => {
    const limit = limitOf(c);
    const before = Number(c.req.query('before') ?? Number.MAX_SAFE_INTEGER);
    if (!Number.isSafeInteger(before)) return refuse(c, 'invalid_message', 'before is an offset');
    const items = screen.results({
      symbol: c.req.query('symbol') ?? null,
      timeframe: c.req.query('timeframe') ?? null,
      before,
      limit,
    });
    const last = items.at(-1) as { offset: number } | undefined;
    return c.json(items.length === limit && last ? { items, next: last.offset } : { items });
  });
  app.get('/api/bars', allow('viewer', 'operator'), answerBars(screen));
  app.post('/api/bars', allow('operator', 'agent'), takeBars(screen));
  app.get('/api/export', allow('viewer', 'operator'), answerExport(screen));
  app.get('/api/late', allow('viewer', 'operator'), (c) => c.json({ items: screen.late(limitOf(c)) }));
  app.get('/api/tasks', allow('viewer', 'operator'), (c) =>
    c.json({ items: tasks.tasks(c.req.query('state') ?? null, limitOf(c)) }),
  );
  app.get('/api/tasks/:id', allow('viewer', 'operator'), (c) => {
    const task = tasks.task(c.req.param('id') ?? '');
    return task ? c.json(task) : refuse(c, 'unknown_task', 'there is no such task');
  });
  app.post('/api/tasks', allow('operator'), async (c) => {
    const body: unknown = await c.req.json().catch(() => undefined);
    const request = submitSchema.safeParse(body);
    if (!request.success) {
      const [issue] = request.error.issues;
      return refuse(c, 'invalid_message', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
    }
    const { created, reply, retryAfterMs } = await tasks.submit(request.data, c.req.header('idempotency-key') ?? null);
    if (retryAfterMs) c.header('Retry-After', String(Math.ceil(retryAfterMs / 1_000)));
    if (!reply.ok) return c.json(reply, STATUS[reply.code] ?? 400);
    return c.json(reply.task as Record<string, unknown>, created ? 201 : 200);
  });
  if (desk) {
    app.get('/api/settings', allow('viewer', 'operator'), (c) =>
      c.json({ settings: desk.view(), may_change: identityOf(c)?.role === 'operator' } satisfies ShownSettings),
    );
    app.get('/api/diagnostics', allow('operator'), answerDiagnostics(desk));
    app.post(IMPORT_PATH, allow('operator'), large, takeImport(desk));
  }
  app.get('/metrics', allow('viewer', 'operator'), async (c) => {
    const { type, text } = await screen.metrics();
    return c.body(text, 200, { 'Content-Type': type });
  });
  app.all('/api/*', (c) => refuse(c, 'not_found', 'there is no such path under /api'));
  servePage(app, page, nonce);
  app.notFound((c) => refuse(c, 'not_found', 'there is no such path'));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return refuse(c, 'invalid_message', error.message);
    // What was asked may be right all the same, so whoever asks keeps it.
    return refuse(c, 'not_persisted', `the engine could not do it: ${error.message}`, true);
  });
  return app;
}
