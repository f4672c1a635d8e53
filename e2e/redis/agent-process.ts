import { randomUUID } from 'node:crypto';
import { CrewAgent, emptyLedger } from '../kill/crew.ts';
import { dice } from '../support/dice.ts';
import type { FromAgent, ToAgent } from './messages.ts';

const LOOK_MS = 200;

const tell = (message: FromAgent): void => void process.send?.(message);

process.on('message', ({ url, token, agentId, seed }: ToAgent) => {
  const ledger = emptyLedger();
  ledger.acked.set = (offset, of) => {
    tell({ is: 'acked', offset, ...of });
    return ledger.acked;
  };
  const agent = new CrewAgent(agentId, ledger, dice(seed), randomUUID());
  const tokens = { agent: token, viewer: '', operator: '' };
  setInterval(() => {
    if (!agent.isConnected) agent.connect({ url, tokens });
  }, LOOK_MS);
  tell({ is: 'working' });
});
process.on('disconnect', () => process.exit());
