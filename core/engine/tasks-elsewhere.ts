import { type Refusal, refusal } from '../contract/messages.ts';
import type { Tasks } from '../gateway/ports.ts';

/** Of a gateway that has no engine behind it: whoever wants work done is told where to ask. */
export function tasksElsewhere(engine: () => string): Tasks {
  const refused = (): Refusal => refusal('not_found', `this gateway only shows signals: ask the engine, ${engine()}`);
  const reply = async (): Promise<Refusal> => refused();
  return {
    refuses: refused,
    connect: () => {},
    disconnect: () => {},
    receive: reply,
    submit: async () => ({ created: false, reply: refused() }),
    cancel: reply,
    retry: reply,
    drain: reply,
    pause: reply,
    task: () => null,
    tasks: () => [],
  };
}
