import { formatDuration } from '../../../schema/duration.js';
import { oneLine } from '../../one-line.js';
import { formatShare } from '../../share.js';
import type { ModelFacts } from '../kind.js';
import { sourceOf, sourcesOf, watchedFeatures } from './source.js';
import type { Aggregate, DriftSpec } from './spec.js';

/** The spec in one line; of what has a default, only what differs and what decides. */
export function describeDrift(kind: string, spec: DriftSpec): string {
  const { model, where, metric, weights, window, distance, above, warn, critical, min_samples } = spec;
  const predictions = metric === 'predictions';
  return oneLine(kind, {
    model,
    ...(Object.keys(where).length > 0 ? { where } : {}),
    ...(kind === 'drift' && predictions ? { metric } : {}),
    ...(weights ? { features: weights } : {}),
    window: formatDuration(window),
    reference: describeReference(spec),
    distance,
    above: above ?? warn,
    critical,
    recover: spec.recover,
    ...(predictions ? {} : { aggregate: describeAggregate(spec.aggregate) }),
    ...(spec.confirm > 1 ? { confirm: spec.confirm } : {}),
    ...(spec.seasonal_guard ? { seasonal_guard: true } : {}),
    min_samples,
  });
}

function describeReference({ reference }: DriftSpec): unknown {
  if (typeof reference !== 'object') return reference;
  return { from: reference.from.toISOString(), to: reference.to.toISOString() };
}

function describeAggregate(aggregate: Aggregate): unknown {
  if (aggregate === 'any' || 'count' in aggregate) return aggregate;
  return Object.fromEntries(Object.entries(aggregate).map(([name, share]) => [name, formatShare(share)]));
}

/** What compares against nothing, or against the model's own past without anybody having chosen that in the rule. */
export function driftWarnings(spec: DriftSpec, model: ModelFacts): readonly string[] {
  const sources = sourcesOf(spec, model);
  if (spec.reference === 'auto' && sources.has('rolling')) {
    return [
      `${spec.model} has no complete reference, so it is compared with itself ${formatDuration(spec.offset)} earlier, ` +
        'which hides slow drift: give models[].reference.file, or write fallback: pinned',
    ];
  }
  if (!sources.has('none')) return [];
  const features = Object.keys(watchedFeatures(spec, model) ?? {}).filter(
    (feature) => sourceOf(spec, model, feature) === 'none',
  );
  const what = spec.metric === 'predictions' ? 'its predictions' : features.join(', ') || 'its features';
  const chosen = spec.reference === 'file' ? 'reference: file' : 'fallback: none';
  return [`${spec.model} has no reference for ${what} and ${chosen}, so that part is never judged`];
}
