import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StreamEntry } from '../contract/facts.ts';
import type { TradingAnalysisResult } from '../contract/result.ts';
import { EventBus } from './event-bus.ts';
import { SlowSubscriber } from './slow-subscriber.ts';
import { aRecord } from './testing/a-record.ts';

/** What is stored is published, as the bridge does it, to one subscriber whose pace the test sets. */
function aDesk(from = 0) {
  const bus = new EventBus();
  const stored: StreamEntry[] = [];
  const handled: number[] = [];
  const state = { reads: 0, broken: false, done: [] as (() => void)[], paced: true };
  const subscriber = new SlowSubscriber({
    bus,
    from,
    readAfter(offset, limit) {
      state.reads += 1;
      if (state.broken) throw new Error('disk on fire');
      return stored.filter((entry) => entry.offset > offset).slice(0, limit);
    },
    handle({ offset }: TradingAnalysisResult) {
      handled.push(offset);
      if (state.paced) return new Promise<void>((resolve) => state.done.push(resolve));
      return undefined;
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  onTestFinished(() => subscriber.close());
  const publish = (result: TradingAnalysisResult): void => {
    const { task_id, completed_by, completed_at, persisted_at, offset } = result;
    const task_type = 'trading_analysis';
    const payload = { task_id, task_type, result, completed_by, completed_at, persisted_at, offset } as const;
    bus.publish('analysis-events', { type: 'analysis_complete', payload });
  };
  const store = (symbol: string, of = 'trading_analysis'): TradingAnalysisResult => {
    const result = aRecord(stored.length + 1, { symbol });
    const { offset, task_id } = result;
    stored.push({ offset, task_id, task_type: of, result: of === 'trading_analysis' ? result : null });
    return result;
  };
  /** Lets the subscriber be done with what it has, one after the other, until nothing is left. */
  const finish = async (): Promise<void> => {
    state.paced = false;
    for (let turn = 0; turn < 5_000; turn += 1) {
      for (const done of state.done.splice(0)) done();
      await Promise.resolve();
    }
  };
  return { state, handled, stored, subscriber, store, publish, finish };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, place) => place + 1);

describe('SlowSubscriber', () => {
  it('hands over one at a time, in order, and each once although the bridge repeats itself', async () => {
    const desk = aDesk();
    const [first, second] = [desk.store('A'), desk.store('A')];
    for (const result of [first, second, first, second]) desk.publish(result);
    await Promise.resolve();
    expect(desk.handled).toEqual([1]);
    await desk.finish();
    expect(desk.handled).toEqual([1, 2]);
  });

  it('R8 skips what is no longer the newest of its symbol where it cannot keep up', async () => {
    const desk = aDesk();
    for (let n = 0; n < 5_000; n += 1) desk.publish(desk.store(`S${n % 3}`));
    await desk.finish();
    expect(desk.handled.length).toBeLessThan(110);
    expect(desk.handled.slice(-3)).toEqual([4_998, 4_999, 5_000]);
    expect(desk.state.reads).toBe(0);
  });

  it('R8 reads on in the stream where it has lagged, and misses nothing', async () => {
    const desk = aDesk();
    for (let n = 0; n < 1_000; n += 1) desk.publish(desk.store(`S${n}`));
    await desk.finish();
    expect(desk.handled).toEqual(upTo(1_000));
    desk.publish(desk.store('after'));
    await desk.finish();
    expect(desk.handled).toEqual(upTo(1_001));
  });

  it('passes over results of types that nobody is shown', async () => {
    const desk = aDesk();
    for (let n = 0; n < 150; n += 1) desk.store('own', 'report');
    for (let n = 0; n < 150; n += 1) desk.publish(desk.store(`S${n}`));
    await desk.finish();
    expect(desk.handled).toEqual(upTo(300).slice(150));
  });

  it('goes on at the next result after a read that failed', async () => {
    const desk = aDesk();
    desk.state.broken = true;
    for (let n = 0; n < 200; n += 1) desk.publish(desk.store(`S${n}`));
    await desk.finish();
    expect(desk.handled).toEqual([1]);
    desk.state.broken = false;
    desk.publish(desk.store('S200'));
    await desk.finish();
    expect(desk.handled).toEqual(upTo(201));
  });

  it('starts behind what was there before, and is silent once it is closed', async () => {
    const desk = aDesk(2);
    for (const symbol of ['A', 'B', 'C']) desk.publish(desk.store(symbol));
    await desk.finish();
    expect(desk.handled).toEqual([3]);
    desk.subscriber.close();
    desk.publish(desk.store('D'));
    await desk.finish();
    expect(desk.handled).toEqual([3]);
  });

  it('R8 ends at the newest of each symbol, in order, at any pace', async () => {
    const pace = fc.array(fc.record({ symbol: fc.nat(300), done: fc.nat(3) }), {
      minLength: 1,
      maxLength: 1_200,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(pace, async (steps) => {
        const desk = aDesk();
        const newest = new Map<string, number>();
        for (const { symbol, done } of steps) {
          const result = desk.store(`S${symbol}`);
          newest.set(result.symbol, result.offset);
          desk.publish(result);
          for (const one of desk.state.done.splice(0, done)) one();
          await Promise.resolve();
        }
        await desk.finish();
        expect(desk.handled).toEqual([...desk.handled].sort((a, b) => a - b));
        for (const offset of newest.values()) expect(desk.handled).toContain(offset);
      }),
      { numRuns: 30 },
    );
  });
});
