import { createHash } from 'node:crypto';
import { type Labels, normalizeLabels } from '../alerts/labels.js';
import { labelValue } from '../alerts/matcher.js';
import { quoteGo } from '../alerts/matcher-quote.js';
import { compareBytewise } from '../alerts/compare-bytewise.js';
import type { GroupIdentity, Route } from './route.js';

/** The labels an alert is grouped by at a route; those it lacks are left out. */
function groupLabelsOf(route: Route, labels: Labels): Labels {
  const names = route.groupBy === 'all' ? Object.keys(labels) : route.groupBy;
  return normalizeLabels(Object.fromEntries(names.map((name) => [name, labelValue(labels, name)])));
}

/** A label set as Alertmanager prints it: `{alertname="Acc", model="iris"}`, names in bytewise order. */
export function formatLabels(labels: Labels): string {
  const names = Object.keys(labels).toSorted(compareBytewise);
  return `{${names.map((name) => `${name}=${quoteGo(labels[name] as string)}`).join(', ')}}`;
}

/** The group an alert falls into at one route. Equal for equal values of the grouping labels, however the set is ordered. */
export function groupOf(route: Route, labels: Labels): GroupIdentity {
  const groupLabels = groupLabelsOf(route, labels);
  const pairs = Object.entries(groupLabels).toSorted(([a], [b]) => compareBytewise(a, b));
  return {
    id: createHash('sha256')
      .update(JSON.stringify([route.id, pairs]))
      .digest('hex'),
    displayKey: `${route.displayKey}:${formatLabels(groupLabels)}`,
    groupLabels,
  };
}
