import type { TradingAnalysisResult } from '../contract/result.ts';
import type { SidebarUpdate } from '../contract/sidebar.ts';
import type { Disposer } from '../kit/disposers.ts';
import { isNewer } from '../signals/newer.ts';
import { toSidebarUpdate } from '../signals/sidebar-update.ts';

/** The newest settled result of each symbol (R4), and how far in the stream it reaches. */
export class SidebarList {
  readonly storeEpoch: string;
  readonly #bySymbol = new Map<string, SidebarUpdate>();
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

  /** Rows whose result lies above an offset, ascending. */
  above(offset: number, limit = Number.POSITIVE_INFINITY): SidebarUpdate[] {
    const rows = [...this.#bySymbol.values()].filter((row) => row.offset > offset);
    return rows.sort((a, b) => a.offset - b.offset).slice(0, limit);
  }

  onChange(listener: () => void): Disposer {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #take(record: TradingAnalysisResult): void {
    const next = toSidebarUpdate(record);
    if (isNewer(next, this.#bySymbol.get(next.symbol))) this.#bySymbol.set(next.symbol, next);
  }
}
