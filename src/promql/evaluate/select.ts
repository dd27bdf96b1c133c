import { RE2JS } from 're2js';
import { Fault } from './fault.js';
import { labelOf } from './label-sets.js';
import type { EvaluationOptions } from './options.js';
import { countUpTo, type Point, type Reading, type Series, STALE } from './series.js';
import type { LabelMatcher, Selector } from './syntax-tree.js';

/** A regular expression as Prometheus anchors it: it has to match the whole text. */
export function compilePattern(pattern: string, version: 2 | 3, at: number): RE2JS {
  try {
    return RE2JS.compile(pattern, version === 3 ? RE2JS.DOTALL : 0);
  } catch {
    throw new Fault('syntax', at, `expected a regular expression (RE2), got ${JSON.stringify(pattern)}`);
  }
}

/** The stored series that a selector means. */
export function matchingSeries(
  series: readonly Series[],
  { matchers }: Selector,
  { version }: EvaluationOptions,
): readonly Series[] {
  const tests = matchers.map((matcher) => ({ name: matcher.name, fits: testOf(matcher, version) }));
  return series.filter(({ labels }) => tests.every(({ name, fits }) => fits(labelOf(labels, name))));
}

function testOf({ operator, value, at }: LabelMatcher, version: 2 | 3): (text: string) => boolean {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const pattern = compilePattern(value, version, at);
  return (text) => pattern.matches(text) === (operator === '=~');
}

/** The value a series has at an instant: its newest sample, unless that is too old or a stale marker. */
export function readingAt(
  points: readonly Point[],
  timeMs: number,
  { version, lookbackMs }: EvaluationOptions,
): Reading | undefined {
  const newest = points[countUpTo(points, timeMs) - 1];
  if (!newest || newest[1] === STALE) return undefined;
  const age = timeMs - newest[0];
  const young = version === 3 ? age < lookbackMs : age <= lookbackMs;
  return young ? [newest[0], newest[1]] : undefined;
}

/** The readings of a range that ends at `endMs` and is `rangeMs` long; stale markers are left out. */
export function readingsIn(
  points: readonly Point[],
  endMs: number,
  rangeMs: number,
  { version }: EvaluationOptions,
): readonly Reading[] {
  // Times are whole milliseconds, so the closed range begins a millisecond before the open one.
  const from = countUpTo(points, endMs - rangeMs - (version === 3 ? 0 : 1));
  const inside = points.slice(from, countUpTo(points, endMs));
  return inside.filter((point): point is Reading => point[1] !== STALE);
}
