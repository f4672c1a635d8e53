import { useState } from 'react';

/** How something that was asked for stands, in a sentence where there is one. */
export type Work = { is: 'idle' } | { is: 'busy' } | { is: 'done'; says: string } | { is: 'failed'; why: string };

/** Runs one thing at a time and keeps what came of it; `run` gives the sentence to show. */
export function useWork(): [Work, (run: () => Promise<string>) => void] {
  const [work, setWork] = useState<Work>({ is: 'idle' });
  const start = (run: () => Promise<string>): void => {
    setWork({ is: 'busy' });
    run().then(
      (says) => setWork({ is: 'done', says }),
      (error: unknown) => setWork({ is: 'failed', why: error instanceof Error ? error.message : String(error) }),
    );
  };
  return [work, start];
}
