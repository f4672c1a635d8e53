import { type Reply, refusal } from '../contract/messages.ts';
import type { OperatorDesk } from '../gateway/ports.ts';
import { AuroraError } from '../kit/errors.ts';
import type { Store } from '../store/store.ts';
import type { SettingsDesk } from './settings-desk.ts';
import type { TokenStore } from './tokens.ts';

export interface OperatorDeskOptions {
  tokens: TokenStore;
  store: Pick<Store, 'backUp'>;
  settings: SettingsDesk;
  /** Text for whoever is asked for help, without anything secret. */
  diagnostics: () => string;
}

/** What cannot be done, for a reason that Aurora has words for, is an answer. */
async function inWords(work: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuroraError) return refusal('invalid_message', error.message);
    throw error;
  }
}

/** What an operator may ask of the engine besides tasks. */
export function openOperatorDesk({ tokens, store, settings, diagnostics }: OperatorDeskOptions): OperatorDesk {
  return {
    token: (request) => inWords(() => tokens.answer(request)),
    settings: ({ change }) =>
      inWords(() => (change ? settings.change(change) : { ok: true, settings: settings.view(), restarts: false })),
    setKey: (asked) => inWords(() => settings.setKey(asked)),
    importBars: (name, text) => inWords(() => settings.importBars(name, text)),
    diagnostics,
    backup: () =>
      inWords(async () => {
        const { file, offset, bytes } = await store.backUp();
        return { ok: true, file, offset, bytes };
      }),
  };
}
