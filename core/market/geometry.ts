import { at } from './log-bars.ts';

/** Net move over path of the last `length` steps, signed: ±1 is a straight line, 0 goes nowhere. */
export function efficiency(closes: ArrayLike<number>, place: number, length: number): number {
  let path = 0;
  for (let step = place - length + 1; step <= place; step += 1)
    path += Math.abs(at(closes, step) - at(closes, step - 1));
  return path > 0 ? (at(closes, place) - at(closes, place - length)) / path : 0;
}

/** Net move of the last `length` steps in units of their own noise; 0 where there is none. */
export function trendInNoise(closes: ArrayLike<number>, place: number, length: number): number {
  const net = at(closes, place) - at(closes, place - length);
  let squares = 0;
  for (let step = place - length + 1; step <= place; step += 1)
    squares += (at(closes, step) - at(closes, step - 1) - net / length) ** 2;
  return squares > 0 ? net / Math.sqrt(squares) : 0;
}
