interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

const USUAL = { width: 1280, height: 860 } as const;
/** The sidebar's narrowest, and what it is docked with. */
export const WIDTH_MIN = 320;
const DOCKED = 380;
/** So much of the window's top edge must be on a display for a hand to take it. */
const GRIP = { width: 96, height: 32 } as const;

/** How much of one stretch lies within another; below 0 for how far they are apart. */
const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);

/** Whether the window's top edge can be taken there. */
function isInReach({ x, y, width }: Bounds, area: Bounds): boolean {
  const wide = overlap(x, width, area.x, area.width) >= Math.min(GRIP.width, width);
  return wide && overlap(y, GRIP.height, area.y, area.height) >= GRIP.height;
}

/** Where a window goes that was at `place`: there, if a display still shows it, else in the middle of the first; never larger than its display. */
export function placed(place: Bounds | null, areas: readonly Bounds[]): Bounds {
  const area = areas.find((one) => place && isInReach(place, one)) ?? areas[0];
  if (!area) return place ?? { x: 0, y: 0, ...USUAL };
  const width = Math.min(place?.width ?? USUAL.width, area.width);
  const height = Math.min(place?.height ?? USUAL.height, area.height);
  // What had to be cut begins where its display does.
  if (place && isInReach(place, area)) return { x: width < place.width ? area.x : place.x, y: place.y, width, height };
  const middle = (start: number, all: number, own: number) => start + Math.floor((all - own) / 2);
  return { x: middle(area.x, area.width, width), y: middle(area.y, area.height, height), width, height };
}

/** The narrow strip at one edge of a display. */
export function docked(side: 'left' | 'right', area: Bounds): Bounds {
  const width = Math.min(DOCKED, area.width);
  const x = side === 'left' ? area.x : area.x + area.width - width;
  return { x, y: area.y, width, height: area.height };
}
