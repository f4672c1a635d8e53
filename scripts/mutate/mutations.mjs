import { RESULT_MUTATIONS } from './results.mjs';
import { TASK_MUTATIONS } from './tasks.mjs';

/**
 * One broken rule a line: in `file` the text `from`, which stands there once, becomes `to`, and a test
 * whose name holds `fails` must fail. Tests are those of the file's folder unless `tests` names others.
 */
export const MUTATIONS = [...TASK_MUTATIONS, ...RESULT_MUTATIONS];
