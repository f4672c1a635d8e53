import { ANALYST_CAPABILITIES, analyst } from '../agents/analyst.ts';
import { type Agent, startAgent } from '../agents/link.ts';
import { VALIDATOR_CAPABILITIES, validator } from '../agents/validator.ts';
import type { Clock } from '../kit/clock.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { builtInRules } from '../sovereign/rules.ts';
import { createSovereign } from '../sovereign/sovereign.ts';

/** The analyst and the validator that Aurora brings along: agents like anyone's, over the same sockets. */
export function startBuiltInAgents(url: string, token: string, kit: { clock: Clock; ids: Ids; log: Log }): Agent[] {
  const sovereign = createSovereign({ ...builtInRules, log: kit.log });
  const common = { ...kit, url, token, agentType: 'trading' };
  return [
    startAgent({
      ...common,
      agentId: 'analyst-1',
      capabilities: ANALYST_CAPABILITIES,
      work: analyst(sovereign, kit.clock),
    }),
    startAgent({ ...common, agentId: 'validator-1', capabilities: VALIDATOR_CAPABILITIES, work: validator }),
  ];
}
