import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRAVELLING } from '../core/contract/schemas.ts';
import { type Program, startProgram, until } from './support/program.ts';

/** What a live engine said, by the name of its schema. */
const said = new Map<string, unknown[]>();
const hear = (name: string, what: unknown): void => void said.set(name, [...(said.get(name) ?? []), what]);
const ALL = { sovereign_access: true, trading_analysis: true, trading_signal: true, hidden_hand_validation: true };

let program: Program;
const sockets: Socket[] = [];

interface Assigned {
  task_id: string;
  lease: number;
  task_type: string;
  payload: { symbol: string; timeframe: string };
}

function connect(namespace: string, token: string, more: object): Socket {
  const socket = io(`${program.url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token, protocol: 1, ...more },
  });
  sockets.push(socket);
  return socket;
}

/** Hears the ack of a request, where the connection lasts until it comes. */
const ask = async (socket: Socket, event: string, body: object, name: string): Promise<void> =>
  socket.emitWithAck(event, body).then(
    (reply: unknown) => hear(name, reply),
    () => {},
  );

function answerTasks(agent: Socket): void {
  let wrong = 0;
  agent.on(
    'task_assign',
    ({ task_id, lease, task_type, payload, ...rest }: Assigned, accept: (answer: object) => void) => {
      accept({ accept: true });
      hear('task-assign', { task_id, lease, task_type, payload, ...rest });
      hear(task_type === 'trading_signal' ? 'signal-payload' : 'analysis-payload', payload);
      const { symbol, timeframe } = payload;
      const opinion = { symbol, timeframe, signal: 'BUY', confidence: 0.6, risk_score: 0.2, reasoning: 'up' };
      if (task_type === 'trading_signal' && ++wrong === 1)
        void ask(agent, 'task_complete', { task_id, lease, result: { ...opinion, symbol: 'ELSE' } }, 'refusal');
      else void ask(agent, 'task_complete', { task_id, lease, result: opinion }, 'completion-reply');
    },
  );
}

beforeAll(async () => {
  program = await startProgram(['--agents', 'none', '--speed', '3000']);
  const { agent: agentToken, operator } = program.tokens;
  const viewer = connect('/sidebar', operator, {});
  for (const [event, name] of [
    ['snapshot', 'snapshot'],
    ['sidebar_update', 'sidebar-updates'],
    ['prices', 'prices'],
    ['status', 'status'],
  ] as const)
    viewer.on(event, (body: unknown, ack?: (answer: object) => void) => {
      hear(name, body);
      ack?.({});
    });
  const first = connect('/agents', agentToken, { agent_id: 'one', instance: 'first', capabilities: ALL });
  first.on('registered', async (body: unknown) => {
    hear('registered', body);
    await ask(first, 'heartbeat', { running: [] }, 'heartbeat-reply');
  });
  // Taken up and never done, so that it can be cancelled and its agent superseded.
  first.once('task_assign', async (task: Assigned, accept: (answer: object) => void) => {
    accept({ accept: true });
    first.on('task_cancel', (cancelled: unknown) => hear('task-cancel', cancelled));
    const reply = await viewer.emitWithAck('command', { name: 'cancel', args: { task_id: task.task_id } });
    expect(reply).toEqual({ ok: true });
    first.on('superseded', (by: unknown) => hear('superseded', by));
    answerTasks(connect('/agents', agentToken, { agent_id: 'one', instance: 'second', capabilities: ALL }));
  });
  await until('every kind of message', async () => {
    for (const [name, path] of [
      ['settled-record', '/api/results?limit=5'],
      ['sidebar-update', '/api/signals'],
      ['task', '/api/tasks?limit=50'],
    ] as const)
      said.set(name, (await program.get<{ items: unknown[] }>(path)).items);
    const waited = ['completion-reply', 'signal-payload', 'refusal', 'prices', 'settled-record', 'sidebar-updates'];
    return waited.every((name) => (said.get(name)?.length ?? 0) > 0);
  });
  const [newest] = said.get('settled-record') as { task_id: string }[];
  hear('task', await program.get(`/api/tasks/${newest?.task_id}`));
  hear('status', await program.get('/api/status'));
  hear('bars', await program.get('/api/bars?symbol=ADA%2FBTC&timeframe=5m'));
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  expect(await program.stop()).toBe(0);
});

const goingOut = Object.entries(TRAVELLING).filter(([, { io: way }]) => way === 'output');

it.each(goingOut.map(([name]) => name))(
  'what a live engine says as %s is what its schema says, and no more',
  (name) => {
    const all = said.get(name) ?? [];
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) {
      const parsed = TRAVELLING[name]?.schema.safeParse(one);
      expect(parsed?.error?.issues ?? [], JSON.stringify(one)).toEqual([]);
      expect(parsed?.data).toEqual(one);
    }
  },
);

it('a replayed price is written with the decimals of its symbol, also where it ends in nought itself', () => {
  const heard = (said.get('prices') as { symbol: string; decimals: number }[][]).flat();
  const decimals = new Map(heard.map((price) => [price.symbol, price.decimals]));
  // Nearly every bundled bar of theirs has eight; those that end in nought would be written with fewer.
  expect(decimals.get('ADA/BTC')).toBe(8);
  expect(decimals.get('XLM/BTC')).toBe(8);
});
