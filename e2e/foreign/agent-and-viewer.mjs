// Agent and viewer in one process, written against docs/protocol.md alone: a socket.io client and nothing else.
// Usage: node agent-and-viewer.mjs URL AGENT_TOKEN VIEWER_TOKEN OPERATOR_TOKEN
import { io } from 'socket.io-client';

const [url, agentToken, viewerToken, operatorToken] = process.argv.slice(2);
const symbol = 'FOREIGN/USD';
const running = new Map();
let mine = null;
const done = { ack: false, seen: false };

function endOnceDone() {
  if (!done.ack || !done.seen) return;
  agent.disconnect();
  viewer.disconnect();
}

const agent = io(`${url}/agents`, {
  transports: ['websocket'],
  auth: (send) =>
    send({
      token: agentToken,
      protocol: 1,
      agent_id: 'foreign-js',
      agent_type: 'script',
      instance: String(process.pid),
      capabilities: { sovereign_access: true, trading_analysis: true },
      max_concurrent: 1,
      now: new Date().toISOString(),
      running: [...running].map(([task_id, lease]) => ({ task_id, lease })),
    }),
});

agent.on('registered', async ({ heartbeat_ms }) => {
  const beat = () => agent.emit('heartbeat', { now: new Date().toISOString(), running: [] }, () => {});
  setInterval(beat, heartbeat_ms).unref();
  const answer = await fetch(`${url}/api/tasks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${operatorToken}`,
      'content-type': 'application/json',
      'idempotency-key': 'once',
    },
    body: JSON.stringify({ task_type: 'trading_analysis', symbol, timeframe: '1h' }),
  });
  mine = (await answer.json()).task_id;
});

agent.on('task_assign', async ({ task_id, lease, payload }, accept) => {
  accept({ accept: true });
  running.set(task_id, lease);
  await agent.emitWithAck('processing_enter', { task_id, lease });
  const result = {
    symbol: payload.symbol,
    timeframe: payload.timeframe,
    signal: 'sell',
    confidence: 0.71,
    risk_score: 0.5,
    reasoning: 'A foreign opinion.',
    analyzed_at: new Date().toISOString(),
    model: 'abacus',
  };
  await agent.emitWithAck('processing_leave', { task_id, lease });
  const ack = await agent.emitWithAck('task_complete', { task_id, lease, result });
  running.delete(task_id);
  console.log(`ack ${ack.status} #${ack.offset}`);
  done.ack = true;
  endOnceDone();
});

const viewer = io(`${url}/sidebar`, { transports: ['websocket'], auth: { token: viewerToken, protocol: 1 } });
const look = (updates) => {
  const own = updates.find((update) => update.task_id === mine);
  if (!own) return;
  console.log(`saw ${own.symbol} ${own.timeframe} ${own.signal} ${own.confidence} of ${own.completed_by}`);
  done.seen = true;
  endOnceDone();
};
viewer.on('snapshot', ({ updates }, ack) => {
  ack({});
  look(updates);
});
viewer.on('sidebar_update', (updates, ack) => {
  ack({});
  look(updates);
});
for (const socket of [agent, viewer])
  socket.on('connect_error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
