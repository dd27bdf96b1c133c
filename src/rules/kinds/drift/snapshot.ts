import type { HistogramCounts } from '../../../drift/reference.js';
import { LEAST_EVENTS } from '../../../drift/drift-reference.schema.js';
import { samplesByLabel } from '../../read-samples.js';
import { DEFAULT_ACTIVE_VERSION, trafficQueries } from '../../serving-versions.js';
import type { CountedParts, SnapshotRequest, SnapshotSpan } from '../../snapshot.js';
import type { ModelFacts } from '../kind.js';
import { countQuery, seriesOf } from './queries.js';
import { readClasses, readHistograms } from './read-counts.js';
import { sourcesOf } from './source.js';
import type { DriftSpec } from './spec.js';

/** How long a version serves before it is frozen, unless its model says otherwise. */
const PIN_AFTER_MS = 86_400_000;

/**
 * What a drift rule wants frozen: all features or all classes, so that every rule of the model with the same labels can
 * share it. Nothing for a rule whose reference is in a file or in Prometheus.
 */
export function driftSnapshot(spec: DriftSpec, model: ModelFacts): SnapshotRequest | undefined {
  const sources = sourcesOf(spec, model);
  if (!sources.has('pinned') && !sources.has('window')) return undefined;
  const { metric, reference } = spec;
  const span: SnapshotSpan =
    typeof reference === 'object'
      ? { kind: 'window', ...reference }
      : { kind: 'settled', settleMs: model.pinAfterMs ?? PIN_AFTER_MS };
  const where = Object.entries(spec.where).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const activeVersion = model.activeVersion ?? DEFAULT_ACTIVE_VERSION;
  const labels = { model_name: spec.model, ...spec.where };
  const series = seriesOf(spec, model, true);
  return {
    model: spec.model,
    scope: JSON.stringify({
      counts: metric,
      ...(where.length > 0 ? { where: Object.fromEntries(where) } : {}),
      ...(span.kind === 'window' ? { from: span.from, to: span.to } : {}),
    }),
    span,
    needed: Math.max(LEAST_EVENTS, spec.min_samples),
    activeVersion,
    traffic: trafficQueries(labels, activeVersion.windowMs, model),
    counts: (spanMs) => [{ name: 'counts', expr: countQuery(spec, series, spanMs) }],
    read: (samples) => {
      // A fixed window is one thing, whatever versions served in it.
      const byVersion =
        span.kind === 'window'
          ? [['', samples['counts'] ?? []] as const]
          : [...samplesByLabel(samples['counts'], 'model_version')];
      return new Map(byVersion.map(([version, rows]) => [version, partsOf(metric, rows)]));
    },
  };
}

function partsOf(metric: DriftSpec['metric'], samples: Parameters<typeof readClasses>[0]): CountedParts {
  if (metric === 'predictions') {
    const predictions = readClasses(samples);
    return { features: {}, ...(predictions ? { predictions } : {}) };
  }
  const usable = [...readHistograms(samples)].flatMap(([feature, histogram]): [string, HistogramCounts][] =>
    histogram ? [[feature, histogram]] : [],
  );
  return { features: Object.fromEntries(usable) };
}
