/**
 * Which elements of the page show which rows: a row that stays keeps its own, and one that comes takes that of a row
 * that has gone, because a row made anew costs the page several times one that is written over. `kept` is a row whose
 * element is given to nobody: it may have the focus, which must not pass to another symbol unseen.
 */
export class RowSlots {
  #bySymbol = new Map<string, number>();
  #made = 0;

  /** A number for each of the symbols, which differ; the same again for the same ones. */
  assign(symbols: readonly string[], kept: string | null): ReadonlyMap<string, number> {
    const shown = new Set(symbols);
    const free: number[] = [];
    for (const [symbol, slot] of this.#bySymbol) if (!shown.has(symbol) && symbol !== kept) free.push(slot);
    // The lowest goes to the highest row, so that rows that are all new need not change places.
    free.sort((a, b) => b - a);
    this.#bySymbol = new Map(
      symbols.map((symbol) => [symbol, this.#bySymbol.get(symbol) ?? free.pop() ?? this.#made++]),
    );
    return this.#bySymbol;
  }
}
