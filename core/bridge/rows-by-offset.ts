/** Where a row stands in the stream. */
interface Placed {
  readonly offset: number;
}

interface Place<Row> {
  readonly offset: number;
  /** Null once it has left. */
  row: Row | null;
  /** Of an empty place: a later one that may hold a row. */
  next: number;
}

const TIDY_FROM = 64;

/** Rows ascending by offset, any of which may leave. Reading on from an offset costs a search and what is read. */
export class RowsByOffset<Row extends Placed> {
  #places: Place<Row>[] = [];
  #empty = 0;

  add(row: Row): void {
    const last = this.#places.at(-1);
    if (last && last.offset > row.offset) this.#insert(row);
    else this.#places.push(placeOf(row));
  }

  remove(row: Row): void {
    const at = this.#placeOf(row);
    const place = this.#places[at];
    if (!place) return;
    place.row = null;
    place.next = at + 1;
    this.#empty += 1;
    if (this.#empty > TIDY_FROM && this.#empty * 2 > this.#places.length) this.#fill(this.#rows());
  }

  /** Rows above an offset, ascending, at most so many. */
  above(offset: number, limit: number): Row[] {
    const rows: Row[] = [];
    let at = this.#occupied(this.#firstFrom(offset + 1));
    while (rows.length < limit) {
      const row = this.#places[at]?.row;
      if (!row) return rows;
      rows.push(row);
      at = this.#occupied(at + 1);
    }
    return rows;
  }

  /** The first place from here on that holds a row; halves the way past empty ones for whoever comes next. */
  #occupied(from: number): number {
    let at = from;
    for (let place = this.#places[at]; place && place.row === null; place = this.#places[at]) {
      const next = this.#places[place.next];
      if (next && next.row === null) place.next = next.next;
      at = place.next;
    }
    return at;
  }

  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] as Place<Row>).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeOf(row: Row): number {
    let at = this.#firstFrom(row.offset);
    while (this.#places[at]?.offset === row.offset && this.#places[at]?.row !== row) at += 1;
    return this.#places[at]?.row === row ? at : -1;
  }

  /** Out of order, which the stream never is: everything behind it makes room. */
  #insert(row: Row): void {
    const rows = this.#rows();
    const behind = rows.findIndex(({ offset }) => offset > row.offset);
    rows.splice(behind < 0 ? rows.length : behind, 0, row);
    this.#fill(rows);
  }

  #rows(): Row[] {
    return this.#places.flatMap(({ row }) => row ?? []);
  }

  #fill(rows: readonly Row[]): void {
    this.#places = rows.map(placeOf);
    this.#empty = 0;
  }
}

const placeOf = <Row extends Placed>(row: Row): Place<Row> => ({ offset: row.offset, row, next: 0 });
