// An agent with one fault, named by its first argument, or with none; written against docs/protocol.md alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { io } from 'socket.io-client';

const [, , fault = 'none', file = ''] = process.argv;
const has = (name) => fault === name;
const WORK_MS = 200;
const RETRY_MS = 1_000;

/** task_id -> {lease, message}; the message is null while at work. */
const tasks = new Map();
let beats;
let instance = fresh();
let superseded = false;

function fresh() {
  const made = `bad-${process.pid}-${Math.random()}`;
  if (!has('same-instance-after-restart')) return made;
  if (!existsSync(file)) writeFileSync(file, made);
  return readFileSync(file, 'utf8');
}

function capabilities() {
  if (has('other-trade')) return { weather: true, trading_analysis: false };
  if (has('validator')) return { sovereign_access: true, trading_signal: true, hidden_hand_validation: true };
  return { sovereign_access: has('claims-in-words') ? 'yes' : true, trading_analysis: true };
}

const running = () => [...tasks].map(([task_id, { lease }]) => ({ task_id, lease }));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const agent = io(`${process.env.AURORA_URL}/agents`, {
  transports: has('polls') ? ['polling'] : ['websocket'],
  reconnectionDelay: 300,
  reconnection: !has('connects-once'),
  auth: (send) =>
    send({
      token: has('wrong-token') ? 'wrong' : process.env.AURORA_TOKEN,
      protocol: 1,
      agent_id: 'bad-agent',
      instance,
      capabilities: capabilities(),
      running: has('claims-nothing') ? [] : running(),
    }),
});

agent.on('registered', ({ heartbeat_ms }) => {
  clearInterval(beats);
  if (has('no-heartbeat')) return;
  beats = setInterval(async () => {
    const told = has('beats-blindly') ? [{ task_id: 'ghost', lease: 'none' }] : running();
    await agent
      .timeout(5_000)
      .emitWithAck('heartbeat', { now: new Date().toISOString(), running: told })
      .catch(() => {});
  }, heartbeat_ms);
  deliver();
});

agent.on('disconnect', (why) => {
  if (has('new-instance-on-reconnect')) instance = fresh();
  if (has('forgets-result')) tasks.clear();
  if (superseded && has('chases')) setTimeout(() => agent.connect(), 300);
  if (why !== 'io server disconnect' || superseded || has('stays-away')) return;
  agent.connect();
});
agent.on('connect_error', () => superseded && has('chases') && setTimeout(() => agent.connect(), 300));
agent.on('superseded', () => {
  superseded = true;
  if (has('chases-anew')) {
    instance = fresh();
    setTimeout(() => agent.connect(), 300);
  }
});

agent.on('task_cancel', (task) => {
  if (has('ignores-cancel')) return;
  if (tasks.get(task?.task_id)?.lease === task?.lease) tasks.delete(task?.task_id);
});

agent.on('task_assign', (task, ack) => {
  if (has('never-acks')) return;
  if (has('acks-in-words')) return ack('ok');
  if (has('declines')) return ack({ accept: false, reason: 'not today' });
  if (typeof task?.task_id !== 'string' || typeof task.lease !== 'number') {
    if (has('dies-on-garbage')) throw new Error(`no task: ${JSON.stringify(task)}`);
    return ack({ accept: false, reason: 'cannot be read' });
  }
  if (tasks.get(task.task_id)?.lease === task.lease && !has('does-it-twice')) return ack({ accept: true });
  if ([...tasks.values()].some(({ message }) => message === null) && !has('does-it-twice'))
    return ack({ accept: false, reason: 'busy' });
  tasks.set(task.task_id, { lease: task.lease, message: null });
  ack({ accept: true });
  work(task);
});

async function work({ task_id, lease, payload }) {
  const held = { task_id, lease };
  const mark = (event) =>
    agent
      .timeout(5_000)
      .emitWithAck(event, held)
      .catch(() => {});
  await mark('processing_enter');
  await wait(has('ignores-cancel') ? 60_000 : WORK_MS);
  if (!has('forgets-the-mark')) await mark('processing_leave');
  const result = {
    symbol: has('wrong-symbol') ? 'ELSE' : payload?.symbol,
    timeframe: payload?.timeframe,
    signal: 'buy',
    confidence: has('in-percent') ? 70 : 0.7,
    risk_score: 0.4,
    reasoning: 'So said a coin.',
  };
  if (has('does-it-twice')) return agent.emit('task_complete', { ...held, result }, () => tasks.delete(task_id));
  if (tasks.get(task_id)?.lease !== lease) return;
  tasks.set(task_id, { lease, message: { ...held, result } });
  deliver();
}

async function deliver() {
  for (const [task_id, kept] of tasks) {
    if (kept.message === null || kept.sending) continue;
    kept.sending = true;
    const reply = await agent
      .timeout(4_000)
      .emitWithAck('task_complete', kept.message)
      .catch(() => ({ ok: false, retry: true }));
    kept.sending = false;
    const done = reply.ok ? !has('never-believes') : !(reply.retry || has('never-gives-up')) || has('gives-up');
    if (done && tasks.get(task_id) === kept) tasks.delete(task_id);
    if (!done) setTimeout(deliver, RETRY_MS);
  }
}
