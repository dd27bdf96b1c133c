import { type Markup, markup } from './markup.js';

/** Width of every chart in its own units; the page stretches it. */
export const WIDTH = 720;

const HOUR = 3_600_000;
const DISTANCES = [
  HOUR / 12,
  HOUR / 4,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  2 * 24 * HOUR,
  5 * 24 * HOUR,
  10 * 24 * HOUR,
  30 * 24 * HOUR,
  90 * 24 * HOUR,
];
const MOST_TICKS = 8;
const EDGE_PERCENT = 5;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The span that all charts of a page show. Unix milliseconds. */
export interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where an instant lies on a chart, kept within it. */
export function xOf({ fromMs, toMs }: TimeScale, atMs: number): number {
  return Math.min(WIDTH, Math.max(0, ((atMs - fromMs) / (toMs - fromMs)) * WIDTH));
}

/** The instants that a chart names: round ones, at most eight of them. */
export function ticksOf({ fromMs, toMs }: TimeScale): readonly number[] {
  const fits = (distance: number): boolean => (toMs - fromMs) / distance <= MOST_TICKS;
  const distance = DISTANCES.find(fits) ?? (toMs - fromMs) / MOST_TICKS;
  const first = Math.ceil(fromMs / distance) * distance;
  return Array.from({ length: Math.floor((toMs - first) / distance) + 1 }, (_, k) => first + k * distance);
}

/** Hair lines at the ticks. */
export function gridOf(scale: TimeScale, height: number): readonly Markup[] {
  return ticksOf(scale).map((at) => {
    const x = xOf(scale, at);
    return markup`<line class="grid" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`;
  });
}

/** The row of dates below a chart. */
export function axisOf(scale: TimeScale): Markup {
  const short = scale.toMs - scale.fromMs < 3 * 24 * HOUR;
  const labels = ticksOf(scale).map((at) => {
    const left = (xOf(scale, at) / WIDTH) * 100;
    return markup`<span${edgeOf(left)} style="left:${left}%">${tickText(at, short)}</span>`;
  });
  return markup`<div class="axis" aria-hidden="true">${labels}</div>`;
}

/** A date at the edge of a chart would stick out when it stood in the middle of its tick. */
function edgeOf(percent: number): Markup | undefined {
  if (percent < EDGE_PERCENT) return markup` class="from"`;
  return percent > 100 - EDGE_PERCENT ? markup` class="to"` : undefined;
}

function tickText(at: number, withTime: boolean): string {
  const date = new Date(at);
  const iso = date.toISOString();
  return withTime && iso.slice(11, 16) !== '00:00'
    ? iso.slice(11, 16)
    : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}
