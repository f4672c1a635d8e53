import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of a benchmark that answers each question with one message. */
export class Partner<Question extends object, Answer extends { is: string }> {
  readonly #child: ChildProcess;

  constructor(file: URL, options: Pick<ForkOptions, 'execPath' | 'execArgv'> = {}) {
    this.#child = fork(fileURLToPath(file), { execArgv: [], ...options });
  }

  ask<Is extends Answer['is']>(question: Question, expected: Is): Promise<Extract<Answer, { is: Is }>> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`A process of the benchmark ended with ${code}`));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer: Answer) => {
        this.#child.off('exit', gone);
        if (answer.is === expected) resolve(answer as Extract<Answer, { is: Is }>);
        else reject(new Error(`It said ${answer.is} where ${expected} was expected`));
      });
      this.#child.send(question);
    });
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.disconnect();
    });
  }
}
