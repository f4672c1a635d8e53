/** A rectangle in pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A label that belongs to a point, above or below it. */
export interface Wanted {
  x: number;
  y: number;
  width: number;
  height: number;
  side: 'above' | 'below';
}

/** Where a label stands; null where there is no room for it. */
export type Placed = Box | null;

const GAP = 3;
/** How far a label may stand from its point before it says nothing about it. */
const REACH = 90;

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

const inside = (box: Box, { width, height }: Pick<Box, 'width' | 'height'>): boolean =>
  box.left >= 0 && box.top >= 0 && box.left + box.width <= width && box.top + box.height <= height;

/** The first free place on one side of the point, walking away from it over whatever stands in the way. */
function along(label: Wanted, way: 1 | -1, taken: readonly Box[], pane: Pick<Box, 'width' | 'height'>): Placed {
  const left = Math.max(0, Math.min(pane.width - label.width, label.x - label.width / 2));
  const start = way === 1 ? label.y + GAP : label.y - GAP - label.height;
  let box: Box = { left, top: start, width: label.width, height: label.height };
  for (;;) {
    if (!inside(box, pane) || Math.abs(box.top - start) > REACH) return null;
    const hit = taken.find((other) => overlap(box, other));
    if (!hit) return box;
    box = { ...box, top: way === 1 ? hit.top + hit.height + GAP : hit.top - GAP - box.height };
  }
}

/**
 * Places labels so that none overlaps another or anything in `taken`, and all lie in the pane: each as near
 * its point as can be, on its own side first. Earlier ones of the list choose first.
 */
export function layLabels(
  labels: readonly Wanted[],
  taken: readonly Box[],
  pane: Pick<Box, 'width' | 'height'>,
): Placed[] {
  const full = [...taken];
  return labels.map((label) => {
    const first = label.side === 'above' ? -1 : 1;
    const box = along(label, first, full, pane) ?? along(label, first === 1 ? -1 : 1, full, pane);
    if (box) full.push(box);
    return box;
  });
}
