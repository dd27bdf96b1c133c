import { Fault } from '../fault.js';
import { METRIC_NAME, without } from '../label-sets.js';
import { byValue } from '../quantile.js';
import { unwrapped } from '../syntax-tree.js';
import { type Element, elementsOf, numberOf, type Value, vectorOf } from '../value.js';
import { absence } from './absent.js';
import { DATES } from './dates.js';
import type { ValueFunction } from './function.js';
import { histogramQuantile } from './histogram-quantile.js';
import { labelJoin, labelReplace } from './label-functions.js';

/** Each element by itself, without the metric's name: the value is another quantity now. */
export function mapElements(
  vector: Value | undefined,
  at: number,
  change: (element: Element) => number,
): Value {
  const elements = elementsOf(vector, at);
  return vectorOf(
    elements.map((element) => ({ labels: without(element.labels, METRIC_NAME), value: change(element) })),
    at,
  );
}

const date =
  (read: (date: Date) => number): ValueFunction =>
  ([vector], { at }, nowMs) => {
    const given: Value = vector ?? { type: 'vector', elements: [{ labels: {}, value: nowMs / 1000 }] };
    return mapElements(given, at, ({ value }) => {
      const time = new Date(Math.trunc(value) * 1000);
      if (Number.isNaN(time.getTime()))
        throw new Fault('unsupported', at, `the point in time ${value} is not evaluated here`);
      return read(time);
    });
  };

/** The smaller and the larger of two numbers as Go has them: an infinity decides also against NaN. */
const smaller = (one: number, other: number): number =>
  one === -Infinity || other === -Infinity ? -Infinity : Math.min(one, other);
const larger = (one: number, other: number): number =>
  one === Infinity || other === Infinity ? Infinity : Math.max(one, other);

const clamp = (vector: Value | undefined, at: number, least: number, most: number): Value =>
  most < least
    ? { type: 'vector', elements: [] }
    : mapElements(vector, at, ({ value }) => larger(least, smaller(most, value)));

/** From small to large or the other way round, NaN last. */
const sorted =
  (rising: boolean): ValueFunction =>
  ([vector], { at }) => {
    const elements = elementsOf(vector, at).toSorted(({ value: left }, { value: right }) => {
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return rising ? byValue(left, right) : byValue(right, left);
    });
    return { type: 'vector', elements };
  };

/** When each element was sampled, where it comes straight from a selector; else the instant of the evaluation. */
const timestamp: ValueFunction = ([vector], { at, args }, nowMs) => {
  const argument = args[0] && unwrapped(args[0]);
  if (argument?.kind !== 'selector') return mapElements(vector, at, () => nowMs / 1000);
  const { pinned, offsetMs } = argument.shift;
  // Prometheus forgets the offset here when it decides how far back to read, and misses samples.
  if (pinned !== undefined && offsetMs !== 0)
    throw new Fault(
      'unsupported',
      at,
      'timestamp of a selector with both @ and offset is not evaluated here',
    );
  return mapElements(vector, at, ({ timeMs }) => (timeMs ?? nowMs) / 1000);
};

/** Functions of whole values. */
export const VALUE_FUNCTIONS: Readonly<Record<string, ValueFunction>> = {
  ...Object.fromEntries(Object.entries(DATES).map(([name, read]) => [name, date(read)])),
  time: (_, _call, nowMs) => ({ type: 'scalar', value: nowMs / 1000 }),
  pi: () => ({ type: 'scalar', value: Math.PI }),
  vector: ([number], { at }) => ({ type: 'vector', elements: [{ labels: {}, value: numberOf(number, at) }] }),
  scalar: ([vector], { at }) => {
    const elements = elementsOf(vector, at);
    return { type: 'scalar', value: elements.length === 1 ? (elements[0] as Element).value : Number.NaN };
  },
  timestamp,
  absent: ([vector], { at, args }) => absence(elementsOf(vector, at).length > 0, args[0]),
  clamp: ([vector, least, most], { at }) => clamp(vector, at, numberOf(least, at), numberOf(most, at)),
  clamp_min: ([vector, least], { at }) => clamp(vector, at, numberOf(least, at), Infinity),
  clamp_max: ([vector, most], { at }) => clamp(vector, at, -Infinity, numberOf(most, at)),
  round: ([vector, nearest], { at }) => {
    const inverse = 1 / (nearest ? numberOf(nearest, at) : 1);
    return mapElements(vector, at, ({ value }) => Math.floor(value * inverse + 0.5) / inverse);
  },
  sort: sorted(true),
  sort_desc: sorted(false),
  histogram_quantile: histogramQuantile,
  label_replace: labelReplace,
  label_join: labelJoin,
};
