import fc from 'fast-check';
import { type Point, type Series, STALE } from '../../../src/promql/evaluate/series.js';

/** Samples lie this far apart, so that ranges and lookbacks meet some of them exactly. */
export const INTERVAL_MS = 15_000;
const LENGTH = 60;

/** One value as promtool's notation has it; quarters, so that sums are exact in whatever order they are made. */
type Cell = number | 'stale' | undefined;

const cell = (value: fc.Arbitrary<number>): fc.Arbitrary<Cell> =>
  fc.oneof(
    { weight: 30, arbitrary: value },
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant('stale' as const) },
  );
const gauge = cell(fc.integer({ min: -80, max: 80 }).map((quarters) => quarters / 4));
const special = cell(fc.constantFrom(0, 1, -1, 2.5, Number.NaN, Infinity, -Infinity, 1e6, 1_500_000_000));
const steps = fc.array(fc.nat(12), { minLength: LENGTH, maxLength: LENGTH });

/** A gauge with holes, also long ones, and stale markers. */
const cells = (one: fc.Arbitrary<Cell>): fc.Arbitrary<readonly Cell[]> =>
  fc
    .tuple(fc.array(one, { minLength: LENGTH, maxLength: LENGTH }), fc.nat(LENGTH), fc.nat(30))
    .map(([all, from, length]) =>
      all.map((value, at) => (at > from && at < from + length ? undefined : value)),
    );

/** A counter that is sometimes reset and sometimes not scraped. */
const counter: fc.Arbitrary<readonly Cell[]> = fc
  .tuple(steps, fc.array(cell(fc.constant(0)), { minLength: LENGTH, maxLength: LENGTH }), fc.nat(500))
  .map(([growth, holes, start]) => {
    let value = start;
    return growth.map((step, at) => {
      value = step === 12 ? 3 : value + step;
      return holes[at] === 0 ? value : holes[at];
    });
  });

const notation = (values: readonly Cell[]): string =>
  values
    .map((value) =>
      value === undefined ? '_' : value === Infinity ? 'Inf' : value === -Infinity ? '-Inf' : value,
    )
    .join(' ');
const points = (values: readonly Cell[]): readonly Point[] =>
  values.flatMap((value, at): readonly Point[] =>
    value === undefined ? [] : [[at * INTERVAL_MS, value === 'stale' ? STALE : value]],
  );

/** Series for our evaluator, and the same in promtool's notation. */
export interface World {
  readonly series: readonly Series[];
  readonly notation: Readonly<Record<string, string>>;
}

const labelSets = (name: string): readonly Readonly<Record<string, string>>[] => [
  { __name__: name, job: 'a', instance: '1' },
  { __name__: name, job: 'a', instance: '2' },
  { __name__: name, job: 'b', instance: '1' },
  { __name__: name, job: 'b', instance: '10', env: 'x' },
  { __name__: name, job: 'c' },
];
const bucketLabels = ['a', 'b'].flatMap((job) =>
  ['-1', '0.5', '1', '2.5', '+Inf', 'none'].map((le) => ({ __name__: 'd_bucket', job, le })),
);

/** A random world: gauges `g` and `h`, one `s` of strange values, counters `c_total` and `e_total`, a histogram `d_bucket`. */
export const worlds: fc.Arbitrary<World> = fc
  .tuple(
    ...['g', 'h'].map((name) => each(labelSets(name), cells(gauge), apart)),
    each(labelSets('s').slice(0, 3), cells(special)),
    ...['c_total', 'e_total'].map((name) => each(labelSets(name), counter)),
    each(bucketLabels, counter),
  )
  .map((groups) => {
    const all = groups.flat();
    const written = all.map(([labels, values]) => [promName(labels), notation(values)]);
    return {
      series: all.map(([labels, values]) => ({ labels, points: points(values) })),
      notation: Object.fromEntries(written),
    };
  });

type Labelled = readonly [labels: Readonly<Record<string, string>>, values: readonly Cell[]];

/** Values of which no two series ever have the same: of equals, `topk` may take any. */
function apart(values: readonly Cell[], index: number): readonly Cell[] {
  return values.map((value) => (typeof value === 'number' ? value * 5 + index / 4 : value));
}

function each(
  sets: readonly Readonly<Record<string, string>>[],
  values: fc.Arbitrary<readonly Cell[]>,
  change = (list: readonly Cell[], _: number): readonly Cell[] => list,
): fc.Arbitrary<readonly Labelled[]> {
  return fc.tuple(...sets.map((labels, at) => values.map((list): Labelled => [labels, change(list, at)])));
}

function promName({ __name__: name, ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${pairs.join(',')}}`;
}
