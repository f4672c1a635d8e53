import { expect } from 'vitest';
import { FakeClock } from '../../kit/testing/fake-clock.ts';
import { Budget, type BudgetLimits } from '../budget.ts';
import type { ChatReply } from '../chat-answer.ts';
import type { Message } from '../chat-client.ts';
import type { Asked, Patience } from '../model.ts';
import { RemoteModel, type RemoteModelOptions } from '../remote-model.ts';
import { GOOD } from './garbage.ts';

export const NO_LIMITS: BudgetLimits = {
  tokens_per_hour: null,
  tokens_per_day: null,
  usd_per_hour: null,
  usd_per_day: null,
};

/** What a server answers with: a reply, a failure, or nothing before the call is given up. */
export type Reply = Partial<ChatReply> | Error | 'never';

interface Heard {
  messages: readonly Message[];
  maxTokens: number;
}

/** What has been set going by promises alone is done when this resolves. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const ASKED: Asked = {
  symbol: 'ADA/BTC',
  prompt: (tokens) => ({ system: 'judge', user: `the market in ${tokens} tokens`, context_tier: 'merged' }),
};

/** A remote model with a server that says what the test wants, and a clock turned by hand. */
export function aModel(given: Partial<RemoteModelOptions> & { limits?: Partial<BudgetLimits> } = {}) {
  const clock = (given.clock as FakeClock | undefined) ?? new FakeClock();
  const budget = given.budget ?? new Budget({ limits: { ...NO_LIMITS, ...given.limits }, clock });
  const replies: Reply[] = [];
  const heard: Heard[] = [];
  const lines: string[] = [];
  const write = (_: object, message: string): void => void lines.push(message);
  let ids = 0;
  const model = new RemoteModel({
    name: 'remote:m',
    contextTokens: 32_000,
    outputTokens: 1_000,
    price: null,
    stopAtCap: true,
    answerMs: 30_000,
    circuitMs: 30_000,
    log: { info: write, warn: write, error: write },
    // In the middle between no jitter and all of it.
    ids: { id: () => `80000000-${++ids}` },
    ...given,
    clock,
    budget,
    client: {
      ask: (messages, maxTokens, { signal }) => {
        heard.push({ messages, maxTokens });
        const reply = replies.shift() ?? expect.fail('the model is asked more often than it should be');
        if (reply instanceof Error) return Promise.reject(reply);
        if (reply === 'never')
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        return Promise.resolve({ text: JSON.stringify(GOOD), usage: null, ...reply });
      },
    },
  });
  const patience = (ms = 60_000, signal = new AbortController().signal): Patience => ({
    signal,
    until: clock.monotonic() + ms,
  });
  return { model, budget, clock, replies, heard, lines, patience };
}
