const DAY = 86_400_000;
const SATURDAY = 6;
/** A market may be closed for so long, a long weekend with a holiday; beyond it bars are missing. */
const LONGEST_CLOSURE = 5 * DAY;
/** So many bar lengths may be missing. */
const FORGIVEN = 3;

const isWeekend = (time: number): boolean => [0, SATURDAY].includes(new Date(time).getUTCDay());

/** Whether a whole Saturday (UTC) lies between two bars. */
function spansSaturday(from: number, to: number): boolean {
  for (let day = Math.ceil(from / DAY) * DAY; day + DAY <= to; day += DAY)
    if (new Date(day).getUTCDay() === SATURDAY) return true;
  return false;
}

/**
 * Tells a hole in the bars from a market that is closed, knowing only the bars that it was shown so far:
 * a closure spans a weekend, or begins and ends at hours at which the market was shut on its last trading day.
 */
export class HoleWatch {
  readonly #steps = new Map<number, number>();
  readonly #traded = new Set<number>();
  #usual = 0;
  #first = 0;
  #last: number | null = null;
  #weekends = false;

  /** Takes the next bar's opening, epoch ms; true where more than 3 bar lengths are missing before it. */
  next(time: number): boolean {
    const last = this.#last;
    if (last === null) this.#first = time;
    else this.#count(time - last);
    const hole = last !== null && this.#isHole(last, time);
    this.#traded.add(time);
    this.#weekends ||= new Date(time).getUTCDay() === SATURDAY;
    this.#last = time;
    return hole;
  }

  #count(step: number): void {
    const count = (this.#steps.get(step) ?? 0) + 1;
    this.#steps.set(step, count);
    const best = this.#steps.get(this.#usual) ?? 0;
    if (count > best || (count === best && step < this.#usual)) this.#usual = step;
  }

  #isHole(last: number, time: number): boolean {
    if (time - last <= (FORGIVEN + 1) * this.#usual) return false;
    if (this.#usual >= DAY) return this.#missingDays(last, time) > FORGIVEN;
    if (time - last > LONGEST_CLOSURE) return true;
    if (!this.#weekends && spansSaturday(last, time)) return false;
    return !(this.#shutDayBefore(last + this.#usual) && this.#shutDayBefore(time - this.#usual));
  }

  #missingDays(last: number, time: number): number {
    let missing = 0;
    for (let bar = last + this.#usual; bar < time && missing <= FORGIVEN; bar += this.#usual)
      if (this.#usual > DAY || this.#weekends || !isWeekend(bar)) missing += 1;
    return missing;
  }

  /** Whether no bar opened at this hour of the trading day before; false where that day was not seen. */
  #shutDayBefore(time: number): boolean {
    let before = time - DAY;
    while (!this.#weekends && isWeekend(before)) before -= DAY;
    return before >= this.#first && !this.#traded.has(before);
  }
}
