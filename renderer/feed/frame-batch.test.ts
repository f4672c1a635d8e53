import { describe, expect, it } from 'vitest';
import type { SidebarUpdate } from '../../core/contract/sidebar.ts';
import { anUpdate } from '../testing/an-update.ts';
import { frameBatch } from './frame-batch.ts';

function byHand() {
  const frames: (() => void)[] = [];
  const painted: SidebarUpdate[][] = [];
  const batch = frameBatch(
    (updates) => void painted.push(updates),
    (run) => frames.push(run),
  );
  const turn = () => {
    for (const run of frames.splice(0)) run();
  };
  return { batch, painted, frames, turn };
}

describe('frame batch', () => {
  it('asks for one frame however much arrives, and paints the newest of each symbol', () => {
    const { batch, painted, frames, turn } = byHand();
    batch.add([anUpdate({ offset: 2 }), anUpdate({ symbol: 'XLM/BTC', offset: 3 })]);
    batch.add([anUpdate({ offset: 1 }), anUpdate({ symbol: 'XLM/BTC', offset: 4 })]);
    expect(frames).toHaveLength(1);
    expect(painted).toEqual([]);
    turn();
    expect(painted.map((one) => one.map(({ symbol, offset }) => [symbol, offset]))).toEqual([
      [
        ['ADA/BTC', 2],
        ['XLM/BTC', 4],
      ],
    ]);
  });

  it('starts anew with the next frame', () => {
    const { batch, painted, turn } = byHand();
    batch.add([anUpdate({ offset: 1 })]);
    turn();
    turn();
    batch.add([anUpdate({ offset: 2 })]);
    turn();
    expect(painted.map((one) => one.map(({ offset }) => offset))).toEqual([[1], [2]]);
  });

  it('paints nothing that was cleared, and takes more in the same frame', () => {
    const { batch, painted, frames, turn } = byHand();
    batch.add([anUpdate({ offset: 9 })]);
    batch.clear();
    batch.add([anUpdate({ symbol: 'XLM/BTC', offset: 3 })]);
    expect(frames).toHaveLength(1);
    turn();
    expect(painted.flat().map(({ symbol }) => symbol)).toEqual(['XLM/BTC']);
    batch.add([]);
    expect(frames).toHaveLength(0);
  });
});
