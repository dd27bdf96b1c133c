import { PrometheusError, type Sample, type SeriesLabels } from './sample.js';

/** Instants at equal distances: `first + k · step` for k from 0 to `count - 1`. Unix milliseconds. */
export interface Steps {
  readonly firstMs: number;
  readonly stepMs: number;
  /** May be 0. */
  readonly count: number;
}

/** One series of an answer as it was read: which steps have a value, in rising order, and the values. */
export interface RangeSeries {
  readonly labels: SeriesLabels;
  readonly steps: Int32Array;
  readonly values: Float64Array;
}

/**
 * The answer to a range query, laid out by step: what an instant query at each step would have said, in flat arrays of
 * 12 bytes a point.
 */
export interface RangeSamples {
  readonly steps: Steps;
  readonly series: readonly SeriesLabels[];
  /** The points of step k are those from `starts[k]` to `starts[k + 1]`; one more entry than steps. */
  readonly starts: Int32Array;
  /** Which series a point belongs to. */
  readonly seriesOf: Int32Array;
  readonly values: Float64Array;
}

/** Lays series out by step, by counting: linear in the points. Within a step the series keep their order. */
export function layOutBySteps(steps: Steps, series: readonly RangeSeries[]): RangeSamples {
  const starts = new Int32Array(steps.count + 1);
  for (const { steps: own } of series) for (const k of own) starts[k + 1] = (starts[k + 1] as number) + 1;
  for (let k = 0; k < steps.count; k += 1) starts[k + 1] = (starts[k + 1] as number) + (starts[k] as number);
  const next = starts.slice(0, steps.count);
  const points = starts[steps.count] as number;
  const seriesOf = new Int32Array(points);
  const values = new Float64Array(points);
  series.forEach(({ steps: own, values: read }, index) => {
    for (let point = 0; point < own.length; point += 1) {
      const k = own[point] as number;
      const place = next[k] as number;
      next[k] = place + 1;
      seriesOf[place] = index;
      values[place] = read[point] as number;
    }
  });
  return { steps, series: series.map(({ labels }) => labels), starts, seriesOf, values };
}

/** How many series have a value at step k. */
export function countAt({ starts }: RangeSamples, k: number): number {
  return (starts[k + 1] as number) - (starts[k] as number);
}

/** The instant vector of step k. */
export function samplesAt({ steps, series, starts, seriesOf, values }: RangeSamples, k: number): Sample[] {
  const timestamp = (steps.firstMs + k * steps.stepMs) / 1000;
  const samples: Sample[] = [];
  const end = starts[k + 1] as number;
  for (let point = starts[k] as number; point < end; point += 1) {
    samples.push({
      labels: series[seriesOf[point] as number] as SeriesLabels,
      value: values[point] as number,
      timestamp,
    });
  }
  return samples;
}

/** The step of a timestamp in Unix seconds. @throws PrometheusError when it is none that was asked for. */
export function stepOf(seconds: number, { firstMs, stepMs, count }: Steps): number {
  const k = Math.round((seconds * 1000 - firstMs) / stepMs);
  // Timestamps are written in milliseconds; the rest is the rounding of a double.
  const exact = Math.abs(firstMs + k * stepMs - seconds * 1000) < 0.6;
  if (k >= 0 && k < count && exact) return k;
  throw new PrometheusError(
    'bad_response',
    'a range query was answered for instants that were not asked for',
  );
}
