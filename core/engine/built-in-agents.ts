import { type Agent, startAgent } from '../agents/agent.ts';
import { ANALYST_CAPABILITIES, analyst } from '../agents/analyst.ts';
import type { SovereignState } from '../agents/beats.ts';
import { VALIDATOR_CAPABILITIES, VALIDATOR_MODEL, validator } from '../agents/validator.ts';
import type { Clock } from '../kit/clock.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { builtInRules } from '../sovereign/rules.ts';
import { createSovereign } from '../sovereign/sovereign.ts';

/** Rules that run in this process always answer. */
const inReach = (model: string) => (): SovereignState => ({ circuit: 'closed', model });

/** The analyst and the validator that Aurora brings along: agents like anyone's, over the same sockets. */
export function startBuiltInAgents(url: string, token: string, kit: { clock: Clock; ids: Ids; log: Log }): Agent[] {
  const sovereign = createSovereign({ ...builtInRules, log: kit.log });
  const common = { ...kit, url, token, agentType: 'trading' };
  return [
    startAgent({
      ...common,
      agentId: 'analyst-1',
      capabilities: ANALYST_CAPABILITIES,
      sovereign: inReach(builtInRules.primary.name),
      work: analyst(sovereign, kit.clock),
    }),
    startAgent({
      ...common,
      agentId: 'validator-1',
      capabilities: VALIDATOR_CAPABILITIES,
      sovereign: inReach(VALIDATOR_MODEL),
      work: validator,
    }),
  ];
}
