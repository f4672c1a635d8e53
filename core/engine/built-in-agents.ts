import { join } from 'node:path';
import { startTradingAgent } from '../agents/trading-agent.ts';
import type { Clock } from '../kit/clock.ts';
import { type Disposer, Disposers } from '../kit/disposers.ts';
import type { Ids } from '../kit/ids.ts';
import { type ModelFlags, type ModelSettingsSource, readModelSettings } from '../sovereign/model-settings.ts';
import { openModels } from '../sovereign/models.ts';
import type { EngineLog } from './log.ts';

export interface BuiltInAgentsOptions {
  url: string;
  token: () => string;
  /** The data folder; models.json in it says which models are asked, and what they used is kept there. */
  data: string;
  flags: ModelFlags;
  kept: NonNullable<ModelSettingsSource['kept']>;
  clock: Clock;
  ids: Ids;
  log: EngineLog;
}

/**
 * The analyst and the validator that Aurora brings along: agents like anyone's, over the same sockets. Throws
 * UsageError where their models are not set as they should be.
 */
export function startBuiltInAgents({ url, token, data, flags, kept, ...kit }: BuiltInAgentsOptions): Disposer {
  const settings = readModelSettings({ flags, file: join(data, 'models.json'), env: process.env, kept });
  for (const secret of settings.secrets) kit.log.hide(secret);
  const open = new Disposers();
  const models = openModels({ settings, spentFile: join(data, 'models-used.json'), ...kit });
  open.add(() => models.close());
  for (const type of ['analyst', 'validator'] as const) {
    const agent = startTradingAgent({ type, models, url, isOwnEngine: true, token, agentId: `${type}-1`, ...kit });
    open.add(() => agent.close());
  }
  return () => open.close();
}
