// Many agents in one process, written against the protocol alone. Its parent forks it and sends
// {url, token, seed, agents: [{id, fate}]}, then 'go', at last 'report'. A fate is null (stays), or
// {at, returns}: at so many ms after 'go' the agent's transport is destroyed, for good or to come back
// as a new instance.
import { io } from 'socket.io-client';
import { dice } from './dice.ts';

const CAPABILITIES = {
  sovereign_access: true,
  trading_analysis: true,
  trading_signal: true,
  hidden_hand_validation: true,
};
/** Whoever works on a task about it dies of it. */
const POISON = 'POISON/USD';
const RETRY_MS = 500;
const AWAY_MS = 1_500;
const WORK_MS = [200, 3_000];

let setup;
let registered = 0;
const acks = [];
const count = { killed: 0, returned: 0, poisoned: 0, refused: 0, stale: 0 };

const SIGNALS = ['BUY', 'SELL', 'HOLD'];
const PHASES = ['accumulation', 'markup', 'distribution', 'markdown', 'unknown'];

function opinion({ symbol, timeframe, analysis }, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  return {
    symbol,
    timeframe,
    signal: analysis?.signal ?? pick(SIGNALS),
    confidence: analysis?.original_confidence ?? Math.round(random() * 100) / 100,
    risk_score: Math.round(random() * 100) / 100,
    reasoning: 'One of a crowd.',
    analyzed_at: analysis?.analyzed_at ?? new Date().toISOString(),
    model: 'dice',
    fallback_used: analysis ? false : random() < 0.1,
    wyckoff_phase: pick(PHASES),
    volume_trend: 'flat',
  };
}

/** One agent under its name, through all its instances. */
class CrowdAgent {
  #random;
  #instance = 0;
  #socket = null;
  #running = new Map();
  #gone = false;

  constructor(id, seed) {
    this.id = id;
    this.#random = dice(seed);
  }

  connect() {
    if (this.#gone) return;
    const instance = `${this.id}-${++this.#instance}`;
    const running = new Map();
    const socket = io(`${setup.url}/agents`, {
      transports: ['websocket'],
      forceNew: true,
      auth: (send) =>
        send({
          token: setup.token,
          protocol: 1,
          agent_id: this.id,
          agent_type: 'crowd',
          instance,
          capabilities: CAPABILITIES,
          now: new Date().toISOString(),
          running: [...running].map(([task_id, { lease }]) => ({ task_id, lease })),
        }),
    });
    this.#socket = socket;
    this.#running = running;
    let beats;
    socket.on('registered', ({ heartbeat_ms, drop }) => {
      for (const task_id of drop) running.get(task_id)?.result ?? running.delete(task_id);
      clearInterval(beats);
      beats = setInterval(() => this.#beat(socket, running), heartbeat_ms);
      for (const task of running.values()) if (task.result) void this.#complete(socket, task);
      registered += 1;
      if (registered === setup.agents.length) process.send({ is: 'registered' });
    });
    socket.on('task_assign', (task, accept) => {
      accept({ accept: true });
      running.set(task.task_id, task);
      void this.#work(socket, task);
    });
    socket.on('task_cancel', ({ task_id }) => running.delete(task_id));
    socket.on('disconnect', (reason) => {
      clearInterval(beats);
      // The library leaves a connection that the engine has ended to us.
      if (reason === 'io server disconnect' && this.#socket === socket) socket.connect();
    });
  }

  /** No goodbye: the TCP connection is gone, and the process's memory of it too. */
  die(returns) {
    this.#gone ||= !returns;
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.io.reconnection(false);
    socket.io.engine?.transport?.ws?.terminate();
    if (returns) setTimeout(() => this.connect(), this.#random() * AWAY_MS);
  }

  #beat(socket, running) {
    const body = {
      now: new Date().toISOString(),
      running: [...running].map(([task_id, { lease }]) => ({ task_id, lease })),
    };
    socket.emit('heartbeat', body, ({ drop }) => {
      for (const task_id of drop ?? []) running.get(task_id)?.result ?? running.delete(task_id);
    });
  }

  async #work(socket, task) {
    const mark = { task_id: task.task_id, lease: task.lease };
    const entered = await socket.emitWithAck('processing_enter', mark).catch(() => null);
    if (entered && !entered.ok) {
      count.stale += 1;
      this.#running.delete(task.task_id);
      return;
    }
    if (task.payload.symbol === POISON) {
      count.poisoned += 1;
      return this.die(true);
    }
    const [least, most] = WORK_MS;
    await new Promise((done) => setTimeout(done, least + this.#random() * (most - least)));
    if (this.#socket !== socket || !this.#running.has(task.task_id)) return;
    socket.emit('processing_leave', mark, () => {});
    task.result = opinion(task.payload, this.#random);
    await this.#complete(socket, task);
  }

  /** Sends a result until the engine has it, or will never take it. */
  async #complete(socket, task) {
    const { task_id, lease, result } = task;
    const reply = await socket.emitWithAck('task_complete', { task_id, lease, result }).catch(() => null);
    // Cut: it is sent again once this instance is registered anew.
    if (!reply || this.#socket !== socket) return;
    if (!reply.ok && reply.retry) {
      setTimeout(() => this.#socket === socket && void this.#complete(socket, task), RETRY_MS);
      return;
    }
    this.#running.delete(task_id);
    if (reply.ok) acks.push({ task_id, lease, status: reply.status, offset: reply.offset });
    else count.refused += 1;
  }
}

const agents = new Map();

function gather() {
  for (const [place, { id }] of setup.agents.entries()) {
    const agent = new CrowdAgent(id, setup.seed + place);
    agents.set(id, agent);
    agent.connect();
  }
}

function startTheClock() {
  for (const { id, fate } of setup.agents) {
    if (!fate) continue;
    setTimeout(() => {
      count[fate.returns ? 'returned' : 'killed'] += 1;
      agents.get(id).die(fate.returns);
    }, fate.at);
  }
}

process.on('message', (message) => {
  if (message === 'go') startTheClock();
  else if (message === 'report') process.send({ is: 'report', acks, count });
  else {
    setup = message;
    gather();
  }
});
process.on('disconnect', () => process.exit());
