import type { SeriesLabels } from '../../../prometheus/sample.js';
import { METRIC_NAME } from '../label-sets.js';
import { type Expression, unwrapped } from '../syntax-tree.js';
import type { Value } from '../value.js';

/** The answer of `absent` and `absent_over_time`: one element where nothing is `present`, with the labels the selector names. */
export function absence(present: boolean, argument: Expression | undefined): Value {
  return { type: 'vector', elements: present ? [] : [{ labels: demanded(argument), value: 1 }] };
}

/** Labels that a plain selector demands by `=`; a second matcher of one label takes it away again. */
function demanded(argument: Expression | undefined): SeriesLabels {
  const inner = argument && unwrapped(argument);
  const selector = inner?.kind === 'range' ? inner.selector : inner;
  if (selector?.kind !== 'selector') return {};
  const set = new Set<string>();
  const labels = new Map<string, string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !set.has(name)) {
      set.add(name);
      if (value !== '') labels.set(name, value);
    } else labels.delete(name);
  }
  return Object.fromEntries(labels);
}
