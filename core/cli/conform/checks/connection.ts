import type { Check, Verdict } from '../check.ts';
import { bad, fine, seconds } from '../check.ts';
import { SILENCE_MS } from '../scripted-engine.ts';
import type { Stage } from '../stage.ts';

/** Long enough for a goodbye to arrive. */
const GOODBYE_MS = 300;
const DOWN_MS = 2_000;
const STRAY_MS = 6_000;
/** More attempts than this within the time are a chase. */
const STRAY_MAX = 2;

/** What is wrong with what the agent says of itself when it connects; null where nothing is. */
function wrongHello(stage: Stage): string | null {
  const { capabilities } = stage.session?.handshake ?? { capabilities: {} };
  const odd = Object.entries(capabilities).find(([, value]) => typeof value !== 'boolean');
  if (odd) return `capabilities.${odd[0]} is ${JSON.stringify(odd[1])}: only true counts, so send true or false`;
  return Object.values(capabilities).includes(true)
    ? null
    : 'capabilities names nothing that is true, so the agent is given no trading task';
}

export const hello: Check = {
  name: 'hello',
  async play(stage) {
    const { handshake } = stage.session ?? {};
    const wrong = wrongHello(stage);
    if (wrong) return bad(wrong);
    const able = stage.taskTypes();
    return fine(
      `${handshake?.agent_id} connects over WebSocket and ${able.length > 0 ? `is able to do ${able.join(' and ')}` : 'says who it is'}`,
    );
  },
};

/** Why no connection came, from what the agent tried. */
export function whyNotConnected(stage: Stage): string {
  const refused = stage.engine.attempts.at(-1);
  if (refused) return `its handshake was refused: ${refused.message}`;
  if (stage.ended !== null) return `its process ended (${stage.ended})`;
  return `it did not connect to /agents at AURORA_URL within ${seconds(stage.patienceMs)}`;
}

const sameInstance = (was: string, is: string): Verdict | null =>
  was === is
    ? null
    : bad(
        `it came back as another instance (${was}, then ${is}), which costs it its leases: make instance once a process, and send the same at each connection`,
      );

export const silence: Check = {
  name: 'silence',
  async play(stage) {
    const before = stage.session;
    if (!before) return bad('it is not connected');
    stage.engine.wire.fallSilent();
    await stage.meanwhile(SILENCE_MS - 500, () => stage.session !== before && stage.session);
    const after = await stage.reconnected(before);
    if (!after)
      return bad(
        'a connection that fell silent without breaking was never given up: connect again when the pings of socket.io stay away',
      );
    const changed = sameInstance(before.handshake.instance, after.handshake.instance);
    return changed ?? fine('a connection that falls silent is given up, and it connects again');
  },
};

export const comesBack: Check = {
  name: 'comes back',
  async play(stage) {
    const before = stage.session;
    if (!before) return bad('it is not connected');
    stage.engine.goodbye();
    await stage.meanwhile(GOODBYE_MS);
    stage.engine.wire.down();
    await stage.meanwhile(DOWN_MS);
    stage.engine.wire.up();
    const after = await stage.reconnected(before);
    if (!after)
      return bad(
        `the engine said goodbye, was away for ${seconds(DOWN_MS)} and was not looked for again: socket.io clients do not reconnect by themselves after the engine's own disconnect, so connect anew`,
      );
    const changed = sameInstance(before.handshake.instance, after.handshake.instance);
    return changed ?? fine('an engine that stops and starts is found again, under the same instance');
  },
};

export const superseded: Check = {
  name: 'superseded',
  async play(stage) {
    const { session, engine } = stage;
    if (!session) return bad('it is not connected');
    const before = engine.attempts.length;
    engine.supersede();
    const chased = await stage.meanwhile(STRAY_MS, () => {
      const tries = engine.attempts.slice(before);
      return tries.includes(null) || tries.length > STRAY_MAX ? tries : null;
    });
    if (!chased) return fine('an instance that was superseded keeps away');
    return chased.includes(null)
      ? bad(
          'it was superseded and came back as a new instance, which would throw out the one that took over: stop after superseded',
        )
      : bad(
          `it was superseded and tried ${chased.length} times to come back: stop after superseded; for 60 s the answer is duplicate_agent`,
        );
  },
};
