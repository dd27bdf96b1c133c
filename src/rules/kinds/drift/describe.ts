import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { ModelFacts } from '../kind.js';
import { needsRolling } from './queries.js';
import type { Aggregate, DriftSpec } from './spec.js';

/** The spec in one line. */
export function describeDrift(kind: string, spec: DriftSpec): string {
  const { model, where, metric, weights, window, distance, above, warn, critical, aggregate, min_samples } =
    spec;
  const predictions = metric === 'predictions';
  return oneLine(kind, {
    model,
    ...(Object.keys(where).length > 0 ? { where } : {}),
    ...(kind === 'drift' && predictions ? { metric } : {}),
    ...(weights ? { features: weights } : {}),
    window: formatDuration(window),
    distance,
    above: above ?? warn,
    critical,
    ...(predictions ? {} : { aggregate: describeAggregate(aggregate) }),
    min_samples,
  });
}

function describeAggregate(aggregate: Aggregate): unknown {
  if (aggregate === 'any' || 'count' in aggregate) return aggregate;
  return Object.fromEntries(Object.entries(aggregate).map(([name, share]) => [name, formatShare(share)]));
}

/** What compares against nothing, or against the model's own past. */
export function driftWarnings(spec: DriftSpec, model: ModelFacts): readonly string[] {
  const offset = formatDuration(spec.offset);
  if (needsRolling(spec, model)) {
    return [
      `${spec.model} has no complete reference, so it is compared with itself ${offset} earlier, which hides slow drift: ` +
        'give models[].reference.file',
    ];
  }
  const known = spec.metric === 'predictions' ? model.reference?.predictions : model.reference?.features;
  const missing = Object.keys(spec.weights ?? {}).filter((feature) => !model.reference?.features[feature]);
  if (known && missing.length === 0) return [];
  const what = spec.metric === 'predictions' ? 'its predictions' : missing.join(', ') || 'its features';
  return [`${spec.model} has no reference for ${what} and fallback: none, so that part is never judged`];
}
