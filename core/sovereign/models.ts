import type { Clock } from '../kit/clock.ts';
import type { Ids } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import { Budget } from './budget.ts';
import { ChatClient } from './chat-client.ts';
import { hiddenHandRule, type ReviewQuestion } from './hidden-hand-rule.ts';
import { KeylessModel } from './keyless-model.ts';
import type { Asked, BarsQuestion } from './model.ts';
import type { ModelSettings, RemoteSettings } from './model-settings.ts';
import { RemoteModel } from './remote-model.ts';
import { builtInRules } from './rules.ts';
import { Sovereign } from './sovereign.ts';
import { SpentFile } from './spent-file.ts';
import { usedOf } from './used.ts';

export interface ModelsOptions {
  settings: ModelSettings;
  /** Where it is kept what the models have used. */
  spentFile: string;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Whom the trading agents of one process ask: they share models, budget and circuits. */
export interface Models {
  readonly analyst: Sovereign<Asked & BarsQuestion>;
  readonly validator: Sovereign<Asked & ReviewQuestion>;
  /** How many questions are asked at once. */
  readonly concurrency: number;
  close(): void;
}

/** Makes the models that the settings name; nothing is asked before the first question. */
export function openModels({ settings, spentFile, clock, ids, log }: ModelsOptions): Models {
  const { primary, fallback, validator, limits, atCap, timeouts, concurrency } = settings;
  const common = { totalMs: timeouts.total, clock, log };
  if (!primary)
    return {
      analyst: new Sovereign<Asked & BarsQuestion>({ ...builtInRules, ...common }),
      validator: new Sovereign({ primary: hiddenHandRule, fallback: null, ...common }),
      concurrency,
      close() {},
    };
  const file = new SpentFile(spentFile, log);
  const budget = new Budget({ limits, clock, spent: file.read(), keep: (spent) => file.write(spent) });
  const open = (
    { server, keyLost, contextTokens, outputTokens, price }: RemoteSettings,
    answerMs: number,
  ): RemoteModel | KeylessModel =>
    keyLost !== null
      ? new KeylessModel(server.name, keyLost)
      : new RemoteModel({
          name: server.name,
          client: new ChatClient({ server, clock, idleMs: timeouts.idle }),
          contextTokens,
          outputTokens,
          price,
          budget,
          stopAtCap: atCap === 'stop',
          answerMs,
          circuitMs: timeouts.circuit,
          clock,
          ids,
          log,
        });
  const first = open(primary, fallback ? timeouts.primary : timeouts.total);
  const second = fallback && fallback !== 'rules' ? open(fallback, timeouts.total) : null;
  const byRule = fallback === 'rules';
  const isPriced = primary.price !== null && (fallback === null || byRule || fallback.price !== null);
  const asking = { ...common, used: () => usedOf(budget.used(), limits, isPriced) };
  return {
    analyst: new Sovereign<Asked & BarsQuestion>({
      primary: first,
      fallback: byRule ? builtInRules.fallback : second,
      ...asking,
    }),
    validator:
      validator === 'rules'
        ? new Sovereign({ primary: hiddenHandRule, fallback: null, ...common })
        : new Sovereign<Asked & ReviewQuestion>({
            primary: first,
            fallback: byRule ? hiddenHandRule : second,
            ...asking,
          }),
    concurrency,
    close() {
      first.close();
      second?.close();
      budget.close();
    },
  };
}
