import { type Reply, refusal } from '../contract/messages.ts';
import type { OperatorDesk } from '../gateway/ports.ts';
import { AuroraError, messageOf } from '../kit/errors.ts';
import type { Log } from '../kit/log.ts';
import type { Store } from '../store/store.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { TokenStore } from './tokens.ts';

export interface OperatorDeskOptions {
  tokens: TokenStore;
  store: Pick<Store, 'backUp'>;
  settings: SettingsDesk;
  /** Text for whoever is asked for help, without anything secret. */
  diagnostics: () => string;
  log: Log;
}

/** Whatever goes wrong is an answer, to whoever asked, and never the end of the engine. */
async function inWords(log: Log, work: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AuroraError)) log.error({ error: messageOf(error) }, 'what an operator asked for failed');
    return refusal('invalid_message', messageOf(error));
  }
}

/** What an operator may ask of the engine besides tasks. */
export function openOperatorDesk({ tokens, store, settings, diagnostics, log }: OperatorDeskOptions): OperatorDesk {
  return {
    token: (request) => inWords(log, () => tokens.answer(request)),
    settings: ({ change }) =>
      inWords(log, () => (change ? settings.change(change) : { ok: true, settings: settings.view(), restarts: false })),
    setKey: (asked) => inWords(log, () => settings.setKey(asked)),
    importBars: (name, text) => inWords(log, () => settings.importBars(name, text)),
    view: () => settings.view(),
    diagnostics,
    backup: () =>
      inWords(log, async () => {
        const { file, offset, bytes } = await store.backUp();
        return { ok: true, file, offset, bytes };
      }),
  };
}
