import { expect, it } from 'vitest';
import { percent } from './percent.ts';

it.each([
  [0.68, '68%'],
  [0.45, '45%'],
  [0.36, '36%'],
  [0.685, '68%'],
  [0.575, '57%'],
  [0.125, '12%'],
  [0.295, '30%'],
  [0.005, '0%'],
  [0.015, '2%'],
  [0, '0%'],
  [1, '100%'],
])('shows %d as %s', (share, shown) => {
  expect(percent(share)).toBe(shown);
});
