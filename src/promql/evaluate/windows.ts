import type { SeriesLabels } from '../../prometheus/sample.js';
import { keyOf } from './label-sets.js';
import type { EvaluationOptions } from './options.js';
import { matchingSeries, readingsIn } from './select.js';
import type { Reading, Series, Window } from './series.js';
import type { RangeSelector, Subquery } from './syntax-tree.js';
import { elementsOf, type Value } from './value.js';

/** What a range gives, and from when to when it reaches. */
export interface Windows {
  readonly windows: readonly Window[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The readings of the stored series inside `selector[range]` that ends at `endMs`. */
export function windowsOfSelector(
  series: readonly Series[],
  { selector, rangeMs }: RangeSelector,
  endMs: number,
  options: EvaluationOptions,
): Windows {
  const windows = matchingSeries(series, selector, options).map(({ labels, points }) => ({
    labels,
    readings: readingsIn(points, endMs, rangeMs, options),
  }));
  return { windows, startMs: endMs - rangeMs, endMs };
}

/** The values an expression had inside a subquery's range, at each multiple of its step. */
export function windowsOfSubquery(
  { inner, rangeMs, stepMs }: Subquery,
  endMs: number,
  valueAt: (timeMs: number) => Value,
  { version, subqueryStepMs }: EvaluationOptions,
): Windows {
  const step = stepMs ?? subqueryStepMs;
  const startMs = endMs - rangeMs;
  const aligned = Math.ceil(startMs / step) * step;
  const first = version === 3 && aligned === startMs ? aligned + step : aligned;
  const windows = new Map<string, { labels: SeriesLabels; readings: Reading[] }>();
  for (let timeMs = first; timeMs <= endMs; timeMs += step) {
    const value = valueAt(timeMs);
    const elements =
      value.type === 'scalar' ? [{ labels: {}, value: value.value }] : elementsOf(value, inner.at);
    for (const { labels, value: number } of elements) {
      const key = keyOf(labels);
      const window = windows.get(key);
      if (window) window.readings.push([timeMs, number]);
      else windows.set(key, { labels, readings: [[timeMs, number]] });
    }
  }
  return { windows: [...windows.values()], startMs, endMs };
}
