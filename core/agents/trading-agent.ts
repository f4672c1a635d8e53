import type { Clock } from '../kit/clock.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { Models } from '../sovereign/models.ts';
import { type Agent, type AgentOptions, startAgent } from './agent.ts';
import { ANALYST_CAPABILITIES, analyst } from './analyst.ts';
import { VALIDATOR_CAPABILITIES, validator } from './validator.ts';

export const TRADING_AGENTS = ['analyst', 'validator'] as const;
export type TradingAgentType = (typeof TRADING_AGENTS)[number];

export interface TradingAgentOptions
  extends Pick<AgentOptions, 'url' | 'isOwnEngine' | 'token' | 'agentId' | 'outbox' | 'onSuperseded' | 'onRefused'> {
  type: TradingAgentType;
  models: Models;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Starts an analyst or a validator; the engine hears at once when its models stand otherwise. */
export function startTradingAgent({ type, models, ...options }: TradingAgentOptions): Agent {
  const sovereign = models[type];
  const agent = startAgent({
    ...options,
    agentType: 'trading',
    maxConcurrent: models.concurrency,
    sovereign: () => sovereign.state(),
    ...(type === 'analyst'
      ? { capabilities: ANALYST_CAPABILITIES, work: analyst(models.analyst, options.clock) }
      : { capabilities: VALIDATOR_CAPABILITIES, work: validator(models.validator) }),
  });
  sovereign.onChange(() => agent.sovereignChanged());
  return agent;
}
