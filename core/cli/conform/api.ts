import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ErrorCode, refusal } from '../../contract/messages.ts';
import { submitSchema, type TaskView } from '../../contract/task.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import { toIso } from '../../signals/instant.ts';

const BODY_MAX = 256 * 1024;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const refuse = (response: ServerResponse, status: number, code: ErrorCode, message: string): void =>
  send(response, status, refusal(code, message));

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text = `${text}${part}`.slice(0, BODY_MAX + 1);
  return text;
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** As much of the engine's HTTP as an agent that makes tasks of its own needs; they wait for ever. */
export function conformApi(operatorToken: string, clock: Clock, ids: Ids): RequestListener {
  const tasks = new Map<string, TaskView>();
  const byKey = new Map<string, TaskView>();

  async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = submitSchema.safeParse(json(await readBody(request)));
    if (!body.success) {
      const [issue] = body.error.issues;
      return refuse(response, 400, 'invalid_message', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
    }
    const key = String(request.headers['idempotency-key'] ?? '');
    const same = key === '' ? undefined : byKey.get(key);
    if (same) return send(response, 200, same);
    const { task_type, symbol = null, timeframe = null, priority, deadline_ms } = body.data;
    const task: TaskView = {
      task_id: ids.id(),
      task_type,
      symbol,
      timeframe,
      state: 'queued',
      reason: 'all_busy',
      missing: [],
      priority,
      attempt: 0,
      agent: null,
      lease: null,
      failures: [],
      created_at: toIso(clock.now()),
      deadline: toIso(clock.now() + deadline_ms),
      ended_at: null,
      offset: null,
      analysis_task_id: null,
    };
    tasks.set(task.task_id, task);
    if (key !== '') byKey.set(key, task);
    send(response, 201, task);
  }

  return (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (path === '/healthz' || path === '/readyz') return send(response, 200, { ok: true });
    if (request.headers.authorization !== `Bearer ${operatorToken}`)
      return refuse(response, 401, 'unauthorized', 'send Authorization: Bearer with AURORA_OPERATOR_TOKEN');
    if (request.method === 'POST' && path === '/api/tasks') return void create(request, response);
    const task = tasks.get(/^\/api\/tasks\/([^/]+)$/.exec(path)?.[1] ?? '');
    if (task) return send(response, 200, task);
    return refuse(response, 404, 'not_found', 'conform serves /api/tasks alone');
  };
}
