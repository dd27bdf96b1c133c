import type { Labels } from '../../../alerts/labels.js';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { FrozenReference } from '../../snapshot.js';
import type { ModelFacts } from '../kind.js';
import { windowName } from './queries.js';
import type { DriftSpec } from './spec.js';

/** All that is known about one version of a model over one window. */
export interface WindowInput {
  readonly spec: DriftSpec;
  /** Labels of the observation. */
  readonly labels: Labels;
  readonly version: string;
  readonly model: ModelFacts;
  /** Whether the alert fires already, and whether with the severity critical. */
  readonly firing: boolean;
  readonly critical: boolean;
  /** Counts of this version over the window. */
  readonly current: readonly Sample[];
  /** Full counts of series younger than the window. */
  readonly fresh: readonly Sample[];
  /** Counts of the model some time earlier, all versions together. */
  readonly earlier: readonly Sample[];
  /** Counts of the model in the same hours of the last weeks, all versions together. */
  readonly seasonal: readonly Sample[];
  /** What is frozen in the database for this version, or for the span that the rule names. */
  readonly frozen: FrozenReference | undefined;
}

/** The samples of the `index`-th window, counted back from the latest, which is 0. */
export function samplesOfWindow(
  samples: SamplesByQuery,
  index: number,
  version: string,
): Pick<WindowInput, 'current' | 'fresh' | 'earlier' | 'seasonal'> {
  const all = (query: string): readonly Sample[] => samples[windowName(query, index)] ?? [];
  const own = (query: string): readonly Sample[] =>
    all(query).filter(({ labels }) => (labels['model_version'] ?? '') === version);
  return { current: own('current'), fresh: own('fresh'), earlier: all('earlier'), seasonal: all('seasonal') };
}
