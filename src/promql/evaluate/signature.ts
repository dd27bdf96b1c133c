import type { SeriesLabels } from '../../prometheus/sample.js';
import { keyOf, METRIC_NAME, only, without } from './label-sets.js';
import type { Matching } from './syntax-tree.js';

/** What two elements must have in common to meet: `on` the named labels, else all but them and the metric's name. */
export function signatureOf(labels: SeriesLabels, matching: Matching | undefined): string {
  if (!matching) return keyOf(without(labels, METRIC_NAME));
  return keyOf(
    matching.on ? only(labels, matching.labels) : without(labels, METRIC_NAME, ...matching.labels),
  );
}
