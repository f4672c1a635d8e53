import { resolve } from 'node:path';
import { Command } from 'commander';
import { listedTokenSchema, TOKEN_ROLES, type TokenRequest, tokenRequestSchema } from '../contract/tokens.ts';
import { defaultData } from '../engine/settings.ts';
import { TokenStore } from '../engine/tokens.ts';
import { systemClock } from '../kit/clock.ts';
import { UsageError } from '../kit/errors.ts';
import { systemIds } from '../kit/ids.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const FOLLOWS = 'A running engine follows within a second and cuts who came in with the old one.';

/** Does to a data folder's tokens what the engine's `token` command does; throws UsageError with why not. */
function ask(data: string, asked: TokenRequest): Record<string, unknown> {
  const request = tokenRequestSchema.safeParse(asked);
  if (!request.success) throw new UsageError(request.error.issues[0]?.message ?? 'this cannot be asked of the tokens');
  const store = new TokenStore({ data: resolve(data), ids: systemIds, clock: systemClock(), hide: () => {} });
  const reply = store.answer(request.data);
  if (!reply.ok) throw new UsageError(reply.message);
  return reply;
}

interface Where {
  data: string;
}

/** `aurora tokens`: who may come in. An engine that runs takes each change as it is written. */
export function tokensCommand(): Command {
  const command = new Command('tokens').description("the data folder's tokens");
  const one = (name: string, about: string): Command =>
    command.command(name).description(about).option('--data <folder>', 'where data lives', defaultData());
  one('list', 'whose tokens there are, and since when').action(({ data }: Where) => {
    for (const { name, role, created_at } of listedTokenSchema.array().parse(ask(data, { action: 'list' }).tokens))
      say(`${name.padEnd(24)} ${role.padEnd(9)} ${created_at ?? 'not known since when'}`);
  });
  one('create <name>', 'a token that is good for the agent of this name alone; it is printed this once').action(
    (name: string, { data }: Where) => say(String(ask(data, { action: 'create', name }).token)),
  );
  one('rotate [name]', 'a new token for a role or an agent; for all three roles where none is named').action(
    (name: string | undefined, { data }: Where) => {
      for (const one of name === undefined ? TOKEN_ROLES : [name]) ask(data, { action: 'rotate', name: one });
      say(`New tokens are in ${data}/tokens.json. ${FOLLOWS}`);
    },
  );
  one('revoke <name>', "ends an agent's token").action((name: string, { data }: Where) => {
    ask(data, { action: 'revoke', name });
    say(`The token of ${name} is nobody's now. ${FOLLOWS}`);
  });
  return command;
}
