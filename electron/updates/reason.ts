import { messageOf } from '../../core/kit/errors.ts';

/** Why something failed, in one line: the updater's own messages go on with headers and stacks. */
export const reasonOf = (error: unknown): string => messageOf(error).split('\n', 1)[0] ?? '';
