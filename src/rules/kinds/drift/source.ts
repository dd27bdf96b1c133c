import type { ModelFacts } from '../kind.js';
import type { DriftSpec } from './spec.js';

/** Where the other side of a comparison comes from. */
export type Source = 'file' | 'pinned' | 'window' | 'rolling' | 'seasonal' | 'none';

/** Where a feature, or without one the predictions, is compared with. */
export function sourceOf(spec: DriftSpec, model: ModelFacts, feature?: string): Source {
  const { reference } = spec;
  if (typeof reference === 'object') return 'window';
  if (reference !== 'auto' && reference !== 'file') return reference;
  const known =
    feature === undefined
      ? model.reference?.predictions !== undefined
      : model.reference !== undefined && Object.hasOwn(model.reference.features, feature);
  if (known) return 'file';
  return reference === 'file' ? 'none' : (model.referenceFallback ?? 'pinned');
}

/** The features a rule is about, with their weights; undefined means those of its reference, or else all there are. */
export function watchedFeatures(
  spec: DriftSpec,
  model: ModelFacts,
): Readonly<Record<string, number>> | undefined {
  if (spec.weights) return spec.weights;
  if (spec.reference !== 'auto' && spec.reference !== 'file') return undefined;
  const known = Object.keys(model.reference?.features ?? {});
  return known.length > 0 ? Object.fromEntries(known.map((name) => [name, 1])) : undefined;
}

/** Every source a rule needs. */
export function sourcesOf(spec: DriftSpec, model: ModelFacts): ReadonlySet<Source> {
  if (spec.metric === 'predictions') return new Set([sourceOf(spec, model)]);
  const watched = watchedFeatures(spec, model);
  // No feature has the empty name, so that one stands for those that no file knows.
  return new Set((watched ? Object.keys(watched) : ['']).map((name) => sourceOf(spec, model, name)));
}
