import { describe, expect, it } from 'vitest';
import { NotPersistedError } from '../../kit/errors.ts';
import type { ResultStream } from '../result-stream.ts';

/** One backend with a store of its own before it. */
export interface Backend {
  stream: ResultStream;
  /** Stores so many results, and resolves once the stream has them; the tenth is of a user's own type. */
  append(count: number): Promise<void>;
  /** The same stream as another process finds it after this one has ended. */
  reopen(): Promise<ResultStream>;
  /** From now on nothing can be written. */
  breakDown(): Promise<void>;
}

const GROUP = 'group';
const offsets = (entries: readonly { offset: number }[]): number[] => entries.map(({ offset }) => offset);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

/** What every stream of results keeps, whatever it lies in. */
export function streamCases(name: string, backend: () => Promise<Backend>): void {
  describe(`R9 the stream in ${name}`, () => {
    it('is empty where nothing is stored', async () => {
      const { stream } = await backend();
      expect(await stream.read(GROUP, 10)).toEqual([]);
    });

    it('is read in order, as much as is asked for', async () => {
      const { stream, append } = await backend();
      await append(12);
      expect(offsets(await stream.read(GROUP, 5))).toEqual(upTo(5));
      await stream.ack(GROUP, 5);
      expect(offsets(await stream.read(GROUP, 100))).toEqual([6, 7, 8, 9, 10, 11, 12]);
    });

    it('gives an entry again until it is acked, and never after', async () => {
      const { stream, append } = await backend();
      await append(3);
      expect(offsets(await stream.read(GROUP, 10))).toEqual([1, 2, 3]);
      expect(offsets(await stream.read(GROUP, 10))).toEqual([1, 2, 3]);
      await stream.ack(GROUP, 2);
      await append(1);
      expect(offsets(await stream.read(GROUP, 10))).toEqual([3, 4]);
      await stream.ack(GROUP, 4);
      expect(await stream.read(GROUP, 10)).toEqual([]);
    });

    it('keeps groups apart', async () => {
      const { stream, append } = await backend();
      await append(4);
      await stream.read(GROUP, 10);
      await stream.ack(GROUP, 4);
      expect(offsets(await stream.read('another', 10))).toEqual([1, 2, 3, 4]);
    });

    it('goes on where a reader that has ended had acked', async () => {
      const { stream, append, reopen } = await backend();
      await append(6);
      await stream.read(GROUP, 10);
      await stream.ack(GROUP, 2);
      const next = await reopen();
      expect(offsets(await next.read(GROUP, 10))).toEqual([3, 4, 5, 6]);
    });

    it('hands out records as they were stored, and of a user’s own type none', async () => {
      const { stream, append } = await backend();
      await append(10);
      const entries = await stream.read(GROUP, 10);
      expect(entries[8]).toMatchObject({ task_id: 'task-9', task_type: 'trading_analysis' });
      expect(entries[8]?.result).toMatchObject({ symbol: 'S2/USD', confidence: 0.8, offset: 9 });
      expect(entries[9]).toEqual({ offset: 10, task_id: 'task-10', task_type: 'report', result: null });
    });

    it('tells that there is more', async () => {
      const { stream, append } = await backend();
      const told = new Promise<void>((resolve) => stream.onAppended(resolve));
      await append(1);
      await told;
    });

    it('says so where a cursor was not stored, and gives the entries again', async () => {
      const { stream, append, breakDown } = await backend();
      await append(2);
      await stream.read(GROUP, 10);
      await breakDown();
      await expect(stream.ack(GROUP, 2)).rejects.toThrow(NotPersistedError);
    });
  });
}
