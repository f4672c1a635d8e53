import { type Reply, refusal } from '../contract/messages.ts';
import { type Command, commandSchema } from '../contract/sidebar.ts';
import { submitSchema } from '../contract/task.ts';
import type { OperatorDesk, Tasks } from './ports.ts';

interface CommandPorts {
  tasks: Tasks;
  desk: OperatorDesk | undefined;
}

const DESK_COMMANDS = ['token', 'backup', 'settings', 'set_key'] as const;
type DeskCommand = Extract<Command, { name: (typeof DESK_COMMANDS)[number] }>;
type TaskCommand = Exclude<Command, DeskCommand>;
const isForDesk = (command: Command): command is DeskCommand =>
  (DESK_COMMANDS as readonly string[]).includes(command.name);

async function askDesk(desk: OperatorDesk | undefined, { name, args }: DeskCommand): Promise<Reply> {
  if (!desk) return refusal('not_found', 'this gateway only shows what the engine does: ask the engine');
  switch (name) {
    case 'token':
      return desk.token(args);
    case 'backup':
      return desk.backup();
    case 'settings':
      return desk.settings(args);
    case 'set_key':
      return desk.setKey(args);
  }
}

/** Does what an operator's `command` asks for; whatever comes is answered. */
export async function command(to: CommandPorts, operator: boolean, body: unknown): Promise<Reply> {
  if (!operator) return refusal('forbidden', "a viewer's token cannot command: use the operator's");
  const parsed = commandSchema.safeParse(body);
  if (!parsed.success)
    return refusal(
      'invalid_message',
      `command.${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`,
    );
  const { desk } = to;
  return isForDesk(parsed.data) ? askDesk(desk, parsed.data) : carryOut(to.tasks, parsed.data);
}

async function carryOut(tasks: Tasks, { name, args, id }: TaskCommand): Promise<Reply> {
  switch (name) {
    case 'cancel':
      return tasks.cancel(args.task_id, args.reason);
    case 'retry':
      return tasks.retry(args.task_id);
    case 'drain':
      return tasks.drain(args.agent_id, true);
    case 'pause':
      return tasks.pause(true);
    case 'resume':
      return args.agent_id === undefined ? tasks.pause(false) : tasks.drain(args.agent_id, false);
    case 'submit': {
      const request = submitSchema.safeParse(args);
      if (!request.success)
        return refusal(
          'invalid_message',
          `args.${request.error.issues[0]?.path.join('.')}: ${request.error.issues[0]?.message}`,
        );
      return (await tasks.submit(request.data, id ? `command:${id}` : null)).reply;
    }
  }
}
