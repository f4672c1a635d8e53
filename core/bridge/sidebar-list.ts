import type { TradingAnalysisResult } from '../contract/result.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Disposer } from '../kit/disposers.ts';
import { isNewer } from '../signals/newer.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';
import { RowsByOffset } from './rows-by-offset.ts';

/** The newest settled result of each symbol (R4), and how far in the stream it reaches. */
export class SidebarList {
  readonly storeEpoch: string;
  readonly #bySymbol = new Map<string, SidebarUpdate>();
  readonly #byOffset = new RowsByOffset<SidebarUpdate>();
  readonly #listeners = new Set<() => void>();
  #offset: number;

  constructor(storeEpoch: string, records: readonly TradingAnalysisResult[], offset: number) {
    this.storeEpoch = storeEpoch;
    this.#offset = offset;
    for (const record of records) this.#take(record);
  }

  /** Offset of the last result that was taken into account. */
  get offset(): number {
    return this.#offset;
  }

  apply(record: TradingAnalysisResult): void {
    this.#take(record);
    this.#offset = Math.max(this.#offset, record.offset);
    for (const listener of [...this.#listeners]) listener();
  }

  newest(symbol: string): SidebarUpdate | undefined {
    return this.#bySymbol.get(symbol);
  }

  /** Rows whose result lies above an offset, ascending. */
  above(offset: number, limit = Number.POSITIVE_INFINITY): SidebarUpdate[] {
    return this.#byOffset.above(offset, limit);
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #take(record: TradingAnalysisResult): void {
    const next = toSidebarUpdate(record);
    if (isNewer(next, this.#bySymbol.get(next.symbol))) this.#show(next);
  }

  #show(next: SidebarUpdate): void {
    const shown = this.#bySymbol.get(next.symbol);
    if (shown) this.#byOffset.remove(shown);
    this.#byOffset.add(next);
    this.#bySymbol.set(next.symbol, next);
  }
}
