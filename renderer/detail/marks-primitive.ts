import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { bandsOf, barAt, type ChartBars } from './chart-bars.ts';
import type { ChartTheme } from './chart-theme.ts';
import { BAND_NAME, eventWords } from './event-words.ts';
import { type Box, layLabels, type Wanted } from './label-layout.ts';
import type { Turn } from './signal-runs.ts';

/** What is drawn over and under the candles. */
export interface Marks {
  data: ChartBars;
  turns: readonly Turn[];
  theme: ChartTheme;
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];
type Context = Parameters<Parameters<Target['useMediaCoordinateSpace']>[0]>[0];

const MARKER = { width: 13, height: 11, gap: 5 };
const LABEL_HEIGHT = 13;
const LEADER_FROM = 12;

/** Phases as bands under the candles; events and signals over them, none over another. */
export class MarksPrimitive implements ISeriesPrimitive<Time> {
  #marks: Marks;
  #attached: SeriesAttachedParameter<Time> | null = null;
  readonly #views: readonly IPrimitivePaneView[];

  constructor(marks: Marks) {
    this.#marks = marks;
    this.#views = [
      {
        zOrder: () => 'bottom',
        renderer: () => ({ draw: (target) => this.#paint(target, (scope) => this.#bands(scope)) }),
      },
      {
        zOrder: () => 'top',
        renderer: () => ({ draw: (target) => this.#paint(target, (scope) => this.#over(scope)) }),
      },
    ];
  }

  attached(given: SeriesAttachedParameter<Time>): void {
    this.#attached = given;
  }

  detached(): void {
    this.#attached = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  show(marks: Marks): void {
    this.#marks = marks;
    this.#attached?.requestUpdate();
  }

  #paint(target: Target, draw: (scope: Context) => void): void {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas library that is called like a hook.
    target.useMediaCoordinateSpace(draw);
  }

  /** Left edge and width of the bar at a place. */
  #column(place: number): { x: number; half: number } | null {
    const scale = this.#attached?.chart.timeScale();
    // The library brands its numbers; a place in the data is its logical index.
    const x = scale?.logicalToCoordinate(place as never);
    return scale && x !== null && x !== undefined ? { x, half: scale.options().barSpacing / 2 } : null;
  }

  #y(price: number): number | null {
    return this.#attached?.series.priceToCoordinate(price) ?? null;
  }

  #bands({ context, mediaSize }: Context): void {
    const { data, theme } = this.#marks;
    context.font = theme.font(10.5, 500);
    context.textBaseline = 'alphabetic';
    context.textAlign = 'left';
    for (const { from, to, name } of bandsOf(data.bars)) {
      const [first, last] = [this.#column(from), this.#column(to)];
      if (!first || !last || last.x < 0 || first.x > mediaSize.width) continue;
      const left = Math.max(0, first.x - first.half);
      const right = Math.min(mediaSize.width, last.x + last.half);
      const fill = theme.bands[name];
      if (fill) {
        context.fillStyle = fill;
        context.fillRect(left, 0, right - left, mediaSize.height);
      }
      const word = BAND_NAME[name];
      if (!word || context.measureText(word).width + 12 > right - left) continue;
      context.fillStyle = theme.faint;
      context.fillText(word, left + 6, mediaSize.height - 6);
    }
  }

  #over(scope: Context): void {
    this.#labels(scope, this.#markers(scope));
  }

  /** The newest signal of each bar; a HOLD is no place to act. */
  #signals(): Map<number, Turn> {
    const { data, turns } = this.#marks;
    const newest = new Map<number, Turn>();
    for (const turn of turns) {
      // A signal is of the bar that had just closed, so of the last one that opened before it.
      const place = barAt(data.bars, turn.time - 1);
      if (place >= 0 && turn.signal !== 'HOLD') newest.set(place, turn);
    }
    return newest;
  }

  #markerBox(place: number, up: boolean, width: number): Box | null {
    const bar = this.#marks.data.bars[place];
    const column = this.#column(place);
    if (!bar || !column || column.x < -MARKER.width || column.x > width) return null;
    const y = this.#y(up ? bar.low : bar.high);
    if (y === null) return null;
    const top = up ? y + MARKER.gap : y - MARKER.gap - MARKER.height;
    return { left: column.x - MARKER.width / 2, top, width: MARKER.width, height: MARKER.height };
  }

  /** Draws the signals and returns what room they take. */
  #markers({ context, mediaSize }: Context): Box[] {
    const { theme } = this.#marks;
    const taken: Box[] = [];
    for (const [place, turn] of this.#signals()) {
      const up = turn.signal === 'BUY';
      const box = this.#markerBox(place, up, mediaSize.width);
      if (!box) continue;
      const own = up ? theme.up : theme.down;
      triangle(context, box, up);
      context.fillStyle = turn.warned ? theme.warned : own;
      context.strokeStyle = theme.card;
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
      taken.push(box);
    }
    return taken;
  }

  #labels({ context, mediaSize }: Context, taken: readonly Box[]): void {
    const { data, theme } = this.#marks;
    context.font = theme.font(10.5, 600);
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    const wanted: (Wanted & { text: string })[] = [];
    // The newest choose their places first: they are what the row speaks of.
    for (const { time, kind } of data.events.toReversed()) {
      const place = barAt(data.bars, time);
      const bar = data.bars[place];
      const column = this.#column(place);
      if (!bar || !column || column.x < 0 || column.x > mediaSize.width) continue;
      const { short, side } = eventWords(kind);
      const y = this.#y(side === 'above' ? bar.high : bar.low);
      if (y === null) continue;
      const width = context.measureText(short).width + 4;
      wanted.push({ x: column.x, y, width, height: LABEL_HEIGHT, side, text: short });
    }
    layLabels(wanted, taken, mediaSize).forEach((box, at) => {
      const label = wanted[at];
      if (box && label) write(context, theme, box, label);
    });
  }
}

function triangle(context: CanvasRenderingContext2D, { left, top, width, height }: Box, up: boolean): void {
  const [tip, base] = up ? [top, top + height] : [top + height, top];
  context.beginPath();
  context.moveTo(left + width / 2, tip);
  context.lineTo(left + width, base);
  context.lineTo(left, base);
  context.closePath();
}

/** A label with a halo, so that it is read over candles, and a line to its point where it stands far off. */
function write(context: CanvasRenderingContext2D, theme: ChartTheme, box: Box, label: Wanted & { text: string }): void {
  const middle = box.left + box.width / 2;
  const near = box.top > label.y ? box.top : box.top + box.height;
  if (Math.abs(near - label.y) > LEADER_FROM) {
    context.strokeStyle = theme.faint;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(middle, near);
    context.lineTo(label.x, label.y);
    context.stroke();
  }
  context.strokeStyle = theme.card;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeText(label.text, middle, box.top + box.height / 2);
  context.fillStyle = theme.text;
  context.fillText(label.text, middle, box.top + box.height / 2);
}
