import { onTestFinished } from 'vitest';
import type { TaskAssign } from '../../contract/messages.ts';
import { FakeClock } from '../../kit/testing/fake-clock.ts';
import { type AgentOptions, startAgent } from '../agent.ts';
import type { WorkTools } from '../work.ts';
import { type AnEngine, eventually } from './an-engine.ts';

/** A task in the agent's hands: the test says how it goes. */
export interface InHand {
  task: TaskAssign;
  tools: WorkTools;
  finish(result?: Record<string, unknown>): void;
  fail(error: unknown): void;
}

let made = 0;

/** A real agent whose work the test does, with a clock turned by hand. */
export function anAgent(engine: Pick<AnEngine, 'url'>, given: Partial<AgentOptions> = {}) {
  const clock = new FakeClock();
  const hands: InHand[] = [];
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, message, fields });
  let ids = 0;
  const run = `run-${++made}`;
  const agent = startAgent({
    url: engine.url,
    token: 'agent-token',
    agentId: 'agent-1',
    agentType: 'test',
    capabilities: { sovereign_access: true },
    work: (task, tools) =>
      new Promise((resolve, reject) =>
        hands.push({ task, tools, finish: (result = { done: task.task_id }) => resolve(result), fail: reject }),
      ),
    clock,
    ids: { id: () => `${run}-${++ids}`, token: () => 'token' },
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    ...given,
  });
  onTestFinished(() => agent.close());
  return {
    agent,
    clock,
    hands,
    lines,
    said: (message: string) => lines.filter((line) => line.message.includes(message)),
    /** The task once it is in hand. */
    async hand(at: number): Promise<InHand> {
      await eventually(() => hands[at]);
      return hands[at] as InHand;
    },
  };
}

/** An agent that is registered. */
export async function aRegisteredAgent(engine: AnEngine, given: Partial<AgentOptions> = {}) {
  const before = engine.said('heartbeat').length;
  const agent = anAgent(engine, given);
  await eventually(() => engine.said('heartbeat').length > before);
  return agent;
}
