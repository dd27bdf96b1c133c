import type { Sample } from '../prometheus/sample.js';
import { showLabels, keyOf } from '../promql/evaluate/label-sets.js';
import type { RuleTest } from './rule-test.schema.js';

type Expected = RuleTest['promql_expr_test'][number]['exp_samples'];

/** What is not as expected of the samples of an expression; with `fuzzy` the last bits of values may differ. Empty: nothing. */
export function checkSamples(expected: Expected, got: readonly Sample[], fuzzy: boolean): readonly string[] {
  const left = [...got];
  const missing = expected.filter(({ labels, value }) => {
    const at = left.findIndex(
      (sample) => keyOf(sample.labels) === keyOf(labels) && equal(sample.value, value, fuzzy),
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((one) => `- ${show(one)}`), ...left.map((one) => `+ ${show(one)}`)];
}

function equal(left: number, right: number, fuzzy: boolean): boolean {
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return true;
  // One unit in the last place of the larger one.
  return fuzzy && Math.abs(left - right) <= Number.EPSILON * Math.max(Math.abs(left), Math.abs(right));
}

function show({ labels, value }: Pick<Sample, 'labels' | 'value'>): string {
  return `${showLabels(labels)} ${value}`;
}
