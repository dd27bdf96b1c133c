import { instantText, spanText, words } from '../format.js';
import { COLUMNS, type Columns, type DrawnState, STATE_BITS } from '../columns.js';
import { type Markup, markup } from './markup.js';
import { type TimeScale, WIDTH, xOf } from './time-scale.js';

/** A stretch of time on a lane, and what hovering over it tells. */
export interface LaneSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly title: string;
}

/** Nothing is drawn narrower, or short spans would vanish. */
const LEAST_WIDTH = 1.5;
/** Of one lane; beyond, neighbours become one. */
const MOST_SPANS = 300;

/** Bars of one state on a lane. Spans too close to be told apart become one that says how many it stands for. */
export function laneOf(
  scale: TimeScale,
  spans: readonly LaneSpan[],
  look: { readonly state: string; readonly y: number; readonly height: number },
): readonly Markup[] {
  const dense = spans.length > MOST_SPANS ? WIDTH / MOST_SPANS : 0.5;
  return mergeClose(scale, spans, dense).map(({ fromMs, toMs, title }) => {
    const x = Math.min(xOf(scale, fromMs), WIDTH - LEAST_WIDTH);
    const width = Math.max(LEAST_WIDTH, xOf(scale, toMs) - x);
    return markup`<rect class="${look.state}" x="${x}" y="${look.y}" width="${width}" height="${look.height}"><title>${title}</title></rect>`;
  });
}

function mergeClose(scale: TimeScale, spans: readonly LaneSpan[], distance: number): readonly LaneSpan[] {
  const merged: { fromMs: number; toMs: number; title: string; count: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && xOf(scale, span.fromMs) - xOf(scale, last.toMs) < distance && last.count > 0) {
      last.toMs = Math.max(last.toMs, span.toMs);
      last.count += 1;
    } else merged.push({ ...span, count: 1 });
  }
  return merged.map(({ count, title, ...span }) => ({
    ...span,
    title: count === 1 ? title : `${count} periods, the first: ${title}`,
  }));
}

/** `2026-03-01 10:00, 4d 20h`: when something was and how long, for a title. */
export function whenText(fromMs: number, toMs: number): string {
  return `${instantText(new Date(fromMs).toISOString())} UTC, ${spanText((toMs - fromMs) / 1000)}`;
}

/** The stretches in which a chart's columns show a state. */
export function spansOf(columns: Columns, state: DrawnState): readonly LaneSpan[] {
  const spans: LaneSpan[] = [];
  const timeOf = (index: number): number =>
    columns.fromMs + ((columns.toMs - columns.fromMs) * index) / COLUMNS;
  let start: number | undefined;
  for (let index = 0; index <= COLUMNS; index += 1) {
    const shown = index < COLUMNS && ((columns.states[index] as number) & STATE_BITS[state]) !== 0;
    if (shown) start ??= index;
    else if (start !== undefined) {
      const [fromMs, toMs] = [timeOf(start), timeOf(index)];
      spans.push({ fromMs, toMs, title: `${words(state)}: ${whenText(fromMs, toMs)}` });
      start = undefined;
    }
  }
  return spans;
}
