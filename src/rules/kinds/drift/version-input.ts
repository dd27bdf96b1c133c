import type { Labels } from '../../../alerts/labels.js';
import type { Sample } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import type { ModelFacts } from '../kind.js';
import type { DriftSpec } from './spec.js';

/** All that is known about one version of a model when it is judged. */
export interface VersionInput {
  readonly spec: DriftSpec;
  /** Labels of the observation. */
  readonly labels: Labels;
  readonly version: string;
  readonly model: ModelFacts;
  readonly firing: boolean;
  /** Counts over the window. */
  readonly current: readonly Sample[];
  /** Full counts of series younger than the window. */
  readonly fresh: readonly Sample[];
  /** Counts of the model some time earlier, all versions together. */
  readonly earlier: readonly Sample[];
}

/** The name of the reference in evidence. */
export function referenceName({ spec, model }: VersionInput, fromFile: boolean): string {
  return fromFile && model.reference
    ? model.reference.id
    : `${spec.model}, ${formatDuration(spec.offset)} earlier`;
}

/** A sentence about a reference that describes another version than the one that is judged; undefined when it fits. */
export function otherVersionNote({ model, version }: VersionInput, fromFile: boolean): string | undefined {
  const described = fromFile ? model.reference?.modelVersion : undefined;
  return described !== undefined && version !== '' && described !== version
    ? `the reference describes version ${described}`
    : undefined;
}
