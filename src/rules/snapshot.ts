import type { DriftReference } from '../drift/reference.js';
import type { PromQuery, SamplesByQuery } from '../prometheus/sample.js';
import type { ActiveVersion } from './serving-versions.js';

/** What one query counts of a reference: histograms of features, or predicted classes. */
export type CountedParts = Pick<DriftReference, 'features' | 'predictions'>;

/** When a snapshot is taken: of each version once it has settled, or of all versions together between two instants. */
export type SnapshotSpan =
  | { readonly kind: 'settled'; readonly settleMs: number }
  | { readonly kind: 'window'; readonly from: Date; readonly to: Date };

/** Counts that a rule wants frozen, so that it can compare with them for as long as it likes. */
export interface SnapshotRequest {
  readonly model: string;
  /** What is counted, and where: stable text. Rules of one model with the same scope share the snapshot. */
  readonly scope: string;
  readonly span: SnapshotSpan;
  /** Fewest events of each part. */
  readonly needed: number;
  readonly activeVersion: ActiveVersion;
  /** Asks which versions serve, as `trafficQueries` does. */
  readonly traffic: readonly PromQuery[];
  /** Asks for the counts over the `spanMs` before the time of the query. */
  counts(spanMs: number): readonly PromQuery[];
  /** What the answers to `counts` hold, by version; the empty text for all versions together, and for metrics without one. */
  read(samples: SamplesByQuery): ReadonlyMap<string, CountedParts>;
}

/** The frozen reference of one version, or, in a sentence, since when and for what it waits. */
export interface FrozenReference {
  readonly reference?: DriftReference;
  readonly awaited?: string;
}

/** What is frozen for one rule, by version; a fixed window stands under the empty text. */
export type FrozenReferences = ReadonlyMap<string, FrozenReference>;
