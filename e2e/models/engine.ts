import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TradingAnalysisResult } from '../../core/contract/result.ts';
import type { Status } from '../../core/contract/sidebar.ts';
import type { TaskView } from '../../core/contract/task.ts';
import { aFolder } from '../support/folders.ts';
import { submitTask } from '../support/foreign-agent.ts';
import { type Program, startProgram, until } from '../support/program.ts';
import type { FakeModel } from './fake-model.ts';

/** How a model stands, as the engine's status tells it. */
export type Standing = NonNullable<Status['agents'][number]['sovereign']>;

export interface ModelsEngine {
  readonly program: Program;
  /** Submits a trading analysis of this symbol; resolves with its id. */
  submit(symbol: string, payload?: object): Promise<string>;
  /** The task once it is over. */
  ended(taskId: string): Promise<TaskView>;
  /** The stored record of a completed analysis. */
  record(taskId: string): Promise<TradingAnalysisResult>;
  status(): Promise<Status>;
  standing(agent?: string): Promise<Standing | null>;
  /** Waits until an agent's model stands like this. */
  stands(expected: Partial<Standing>, agent?: string): Promise<Standing>;
  results(): Promise<TradingAnalysisResult[]>;
  /** Resident memory of the engine's process, bytes. */
  memory(): number;
}

/** The model of a fake server, as a user names it. */
export const modelAt = (fake: FakeModel, model: string): string => `${model}@${fake.url}`;

/** A real engine whose built-in agents ask what models.json says. */
export async function startModelsEngine(
  settings: object,
  args: readonly string[] = ['--feed', 'none'],
  data = aFolder(),
): Promise<ModelsEngine> {
  writeFileSync(join(data, 'models.json'), JSON.stringify(settings));
  const program = await startProgram(args, data);
  const { pid } = program;
  const status = (): Promise<Status> => program.get('/api/status');
  const standing = async (agent = 'analyst-1'): Promise<Standing | null> =>
    (await status()).agents.find(({ agent_id }) => agent_id === agent)?.sovereign ?? null;
  const task = (id: string): Promise<TaskView> => program.get(`/api/tasks/${encodeURIComponent(id)}`);
  const ended = (id: string): Promise<TaskView> =>
    until(`${id} to be over`, async () => {
      const now = await task(id);
      return ['completed', 'dead', 'cancelled'].includes(now.state) && now;
    });
  return {
    program,
    submit: (symbol, payload = {}) =>
      submitTask(program, { task_type: 'trading_analysis', symbol, timeframe: '5m', payload }),
    ended,
    async record(id) {
      const { result, state, failures } = await ended(id);
      if (state !== 'completed') throw new Error(`${id} is ${state}: ${JSON.stringify(failures)}`);
      return result as TradingAnalysisResult;
    },
    status,
    standing,
    stands: (expected, agent) =>
      until(`a model to stand like ${JSON.stringify(expected)}`, async () => {
        const now = await standing(agent);
        const same = (name: keyof Standing): boolean => !(name in expected) || now?.[name] === expected[name];
        return now && same('circuit') && same('model') && same('reason') && now;
      }),
    results: async () => (await program.get<{ items: TradingAnalysisResult[] }>('/api/results?limit=500')).items,
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1_024,
  };
}
