import { COLUMNS, type Columns } from '../columns.js';
import { figureText } from '../format.js';
import { type Markup, markup } from './markup.js';
import { WIDTH } from './time-scale.js';

/** A value over time with its line, and the same in words. */
export interface Sparkline {
  readonly drawing: Markup;
  readonly caption: string;
}

/** Share of the height left free above and below. */
const MARGIN = 0.08;

/** Draws what is known of a rule's value; undefined when nothing is. `height` in the units of the chart. */
export function sparklineOf(columns: Columns, height: number): Sparkline | undefined {
  const lows = finite(columns.low);
  if (lows.length === 0) return undefined;
  const highs = finite(columns.high);
  const lines = finite(columns.threshold);
  const [least, most] = [extreme(lows, Math.min), extreme(highs, Math.max)];
  const [bottom, top] = [Math.min(least, ...range(lines)), Math.max(most, ...range(lines))];
  const span = top - bottom || Math.abs(top) || 1;
  const y = (value: number): number => {
    const share = top === bottom ? 0.5 : (value - bottom) / span;
    return height * (1 - MARGIN - share * (1 - 2 * MARGIN));
  };
  const bands = runsOf(columns.low).map(({ from, to }) => band(columns, from, to, y));
  const drawing = markup`<g class="value"><path d="${bands.join('')}"/></g><path class="threshold" d="${thresholdPath(columns, y)}"/>`;
  const [low, high] = [figureText(least), figureText(most)];
  const value = low === high ? `value ${low}` : `value ${low} to ${high}`;
  const [from, to] = range(lines).map((line) => figureText(line));
  const line = from === undefined ? '' : `, line ${from === to ? from : `${from} to ${to}`}`;
  return { drawing, caption: value + line };
}

function finite(values: Float64Array): Float64Array {
  return values.filter((value) => Number.isFinite(value));
}

function extreme(values: Float64Array, pick: (a: number, b: number) => number): number {
  return values.reduce((a, b) => pick(a, b));
}

/** Least and most; nothing of nothing. */
function range(values: Float64Array): readonly number[] {
  return values.length === 0 ? [] : [extreme(values, Math.min), extreme(values, Math.max)];
}

const middleOf = (index: number): number => ((index + 0.5) / COLUMNS) * WIDTH;

/** Columns that follow each other and have a value, as index pairs, both included. */
function runsOf(values: Float64Array): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const last = runs.at(-1);
    if (last?.to === index - 1) last.to = index;
    else runs.push({ from: index, to: index });
  });
  return runs;
}

/** The area between the least and the most of each column. */
function band(columns: Columns, from: number, to: number, y: (value: number) => number): string {
  const points: string[] = [];
  const add = (x: number, value: number): void => {
    points.push(`${x.toFixed(1)} ${y(value).toFixed(1)}`);
  };
  // A lone column gets a width of its own.
  const reach = from === to ? 0.5 : 0;
  for (let index = from; index <= to; index += 1) add(middleOf(index) - reach, columns.high[index] as number);
  for (let index = to; index >= from; index -= 1) add(middleOf(index) + reach, columns.low[index] as number);
  return `M${points.join('L')}Z`;
}

function thresholdPath(columns: Columns, y: (value: number) => number): string {
  let path = '';
  let last = Number.NaN;
  columns.threshold.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const height = y(value).toFixed(1);
    path += value === last ? `H${middleOf(index).toFixed(1)}` : `M${middleOf(index).toFixed(1)} ${height}`;
    last = value;
  });
  return path;
}
