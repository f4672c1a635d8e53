import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, layLabels, overlap, type Wanted } from './label-layout.ts';

const PANE = { width: 800, height: 300 };
const anyLabel: fc.Arbitrary<Wanted> = fc.record({
  x: fc.integer({ min: -20, max: 820 }),
  y: fc.integer({ min: 0, max: 300 }),
  width: fc.integer({ min: 10, max: 60 }),
  height: fc.constant(13),
  side: fc.constantFrom('above', 'below'),
});
const anyMarker: fc.Arbitrary<Box> = fc.record({
  left: fc.integer({ min: 0, max: 790 }),
  top: fc.integer({ min: 0, max: 290 }),
  width: fc.constant(12),
  height: fc.constant(10),
});
const anyPicture = fc.tuple(
  fc.array(anyLabel, { maxLength: 40, size: 'max' }),
  fc.array(anyMarker, { maxLength: 40, size: 'max' }),
);

describe('labels', () => {
  it('overlap neither each other nor what was there, and lie in the pane', () => {
    fc.assert(
      fc.property(anyPicture, ([labels, markers]) => {
        const placed = layLabels(labels, markers, PANE).filter((box) => box !== null);
        placed.forEach((box, at) => {
          for (const other of [...markers, ...placed.slice(at + 1)]) expect(overlap(box, other)).toBe(false);
          expect(box.left).toBeGreaterThanOrEqual(0);
          expect(box.top).toBeGreaterThanOrEqual(0);
          expect(box.left + box.width).toBeLessThanOrEqual(PANE.width);
          expect(box.top + box.height).toBeLessThanOrEqual(PANE.height);
        });
      }),
    );
  });

  it('stand beside their point, on their own side, where nothing is in the way', () => {
    fc.assert(
      fc.property(anyLabel, (label) => {
        fc.pre(label.y > 40 && label.y < 260);
        const [box] = layLabels([label], [], PANE);
        expect(box?.top).toBe(label.side === 'above' ? label.y - 3 - label.height : label.y + 3);
      }),
    );
  });

  it('keep their places when one more comes after them', () => {
    fc.assert(
      fc.property(anyPicture, anyLabel, ([labels, markers], more) => {
        const before = layLabels(labels, markers, PANE);
        expect(layLabels([...labels, more], markers, PANE).slice(0, -1)).toEqual(before);
      }),
    );
  });

  it('find a place whenever their own column is free', () => {
    const label: Wanted = { x: 100, y: 150, width: 30, height: 13, side: 'above' };
    fc.assert(
      fc.property(fc.array(anyMarker, { maxLength: 40, size: 'max' }), (markers) => {
        const clear = markers.filter(({ left, width }) => left + width < 80 || left > 120);
        expect(layLabels([label], clear, PANE)[0]).not.toBeNull();
      }),
    );
  });

  it('step over a marker, then over each other, and go to the other side before they go too far', () => {
    const marker: Box = { left: 94, top: 140, width: 12, height: 10 };
    const label: Wanted = { x: 100, y: 152, width: 30, height: 13, side: 'above' };
    const tops = layLabels([label, label, label], [marker], PANE).map((box) => box?.top);
    expect(tops).toEqual([124, 108, 92]);
    const many = layLabels(
      Array.from({ length: 40 }, () => label),
      [marker],
      PANE,
    );
    expect(many.some((box) => box !== null && box.top > label.y)).toBe(true);
    expect(many.at(-1)).toBeNull();
  });
});
