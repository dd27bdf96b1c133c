import type { Sample, SeriesLabels } from '../prometheus/sample.js';
import { keyOf } from '../promql/evaluate/label-sets.js';
import { countUpTo, type Point, type Series, STALE } from '../promql/evaluate/series.js';
import type { RuleTest } from './rule-test.schema.js';

/** The series of a test, and those its recording rules add while it runs. */
export class SeriesStore {
  private readonly byKey = new Map<string, { readonly labels: SeriesLabels; readonly points: Point[] }>();
  private listed: readonly Series[] | undefined;

  constructor(series: readonly Series[]) {
    for (const { labels, points } of series) for (const point of points) this.add(labels, point);
  }

  /** Every series. */
  all(): readonly Series[] {
    this.listed ??= [...this.byKey.values()];
    return this.listed;
  }

  /** Writes what a rule recorded at an instant; series of `before` that it has no longer end there. Their keys. */
  record(
    samples: readonly Sample[],
    atMs: number,
    before: ReadonlyMap<string, SeriesLabels>,
  ): Map<string, SeriesLabels> {
    const now = new Map(samples.map(({ labels }) => [keyOf(labels), labels]));
    for (const { labels, value } of samples) this.add(labels, [atMs, value]);
    for (const [key, labels] of before) if (!now.has(key)) this.add(labels, [atMs, STALE]);
    return now;
  }

  private add(labels: SeriesLabels, point: Point): void {
    const key = keyOf(labels);
    const known = this.byKey.get(key);
    if (known === undefined) {
      this.byKey.set(key, { labels, points: [point] });
      this.listed = undefined;
      return;
    }
    const place = countUpTo(known.points, point[0]);
    const same = known.points[place - 1]?.[0] === point[0];
    known.points.splice(same ? place - 1 : place, same ? 1 : 0, point);
  }
}

/** The series of a test as they would be stored: the first sample at `startMs`, one each `intervalMs`. */
export function seriesOf(
  input: RuleTest['input_series'],
  startMs: number,
  intervalMs: number,
): readonly Series[] {
  return input.map(({ series, values }) => ({
    labels: series,
    points: values.flatMap((value, index): Point[] =>
      value === undefined ? [] : [[startMs + index * intervalMs, value]],
    ),
  }));
}
