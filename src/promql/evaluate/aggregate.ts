import type { SeriesLabels } from '../../prometheus/sample.js';
import { meanOf, sumOf, varianceOf } from './kahan.js';
import { keyOf, METRIC_NAME, only, without } from './label-sets.js';
import type { EvaluationOptions } from './options.js';
import { quantileOf } from './quantile.js';
import { extremes, labelledByValue } from './rank.js';
import type { Aggregation } from './syntax-tree.js';
import { type Element, numberOf, textOf, type Value, vectorOf } from './value.js';

/** The elements that an aggregation takes together, and the labels they share. */
export interface Group {
  readonly labels: SeriesLabels;
  readonly elements: readonly Element[];
}

type Aggregator = (values: readonly number[], version: 2 | 3) => number;

const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least));
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most));

/** Prometheus 2 took a first value that is no finite number for a variance of 0. */
const variance: Aggregator = (values, version) =>
  version === 2 && values.length === 1 ? 0 : varianceOf(values);

const AGGREGATORS: ReadonlyMap<string, Aggregator> = new Map<string, Aggregator>([
  ['sum', sumOf],
  ['avg', meanOf],
  ['min', smallest],
  ['max', largest],
  ['count', (values) => values.length],
  ['group', () => 1],
  ['stdvar', variance],
  ['stddev', (values, version) => Math.sqrt(variance(values, version))],
]);
const WITH_PARAMETER = ['topk', 'bottomk', 'quantile', 'count_values'];

/** Whether an aggregation of this name is evaluated here. */
export function isAggregator(name: string): boolean {
  return AGGREGATORS.has(name) || WITH_PARAMETER.includes(name);
}

/** An aggregation of elements. */
export function aggregate(
  expression: Aggregation,
  parameter: Value | undefined,
  elements: readonly Element[],
  options: EvaluationOptions,
): Value {
  const { operator, at } = expression;
  const { version } = options;
  if (operator === 'count_values') {
    const name = textOf(parameter, at);
    const inner = {
      ...expression,
      operator: 'count',
      labels: expression.without ? expression.labels : [...expression.labels, name],
    };
    return aggregate(inner, undefined, labelledByValue(elements, name, version, at), options);
  }
  const groups = groupsOf(expression, elements);
  const each = (value: (values: readonly number[]) => number): Value =>
    vectorOf(
      groups.map((group) => ({ labels: group.labels, value: value(group.elements.map((one) => one.value)) })),
      at,
    );
  const aggregator = AGGREGATORS.get(operator);
  if (aggregator) return each((values) => aggregator(values, version));
  if (operator === 'quantile') {
    const share = numberOf(parameter, at);
    return each((values) => quantileOf(share, values));
  }
  const rank = numberOf(parameter, at);
  return vectorOf(
    groups.flatMap((group) => extremes(group.elements, operator === 'topk', rank, at)),
    at,
  );
}

function groupsOf(
  { without: rest, labels: names }: Aggregation,
  elements: readonly Element[],
): readonly Group[] {
  const groups = new Map<string, { labels: SeriesLabels; elements: Element[] }>();
  for (const element of elements) {
    const labels = rest ? without(element.labels, METRIC_NAME, ...names) : only(element.labels, names);
    const key = keyOf(labels);
    const group = groups.get(key);
    if (group) group.elements.push(element);
    else groups.set(key, { labels, elements: [element] });
  }
  return [...groups.values()];
}
