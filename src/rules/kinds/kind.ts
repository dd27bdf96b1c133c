import type { z } from 'zod';
import type { Evidence } from '../../alerts/alert.js';
import type { Labels } from '../../alerts/labels.js';
import type { DriftReference } from '../../drift/reference.js';
import type { PromQuery, SamplesByQuery } from '../../prometheus/sample.js';
import type { ActiveVersion } from '../serving-versions.js';
import type { FrozenReferences, SnapshotRequest } from '../snapshot.js';

/**
 * What one evaluation says about one label set.
 * - `breached`: the condition holds; the alert goes pending or firing.
 * - `clear`: the condition was measured and does not hold; the alert may resolve.
 * - `insufficient_data`: too few events to judge; the alert keeps its state.
 * - `no_data`: the series are missing; the alert keeps its state.
 * - `stale`: the value is there but too old to mean anything; the alert keeps its state.
 */
export type Verdict = 'breached' | 'clear' | 'insufficient_data' | 'no_data' | 'stale';

/** How bad a breach is, for rules that tell more than one line: one alert that escalates. */
export type Severity = 'warning' | 'critical';

/** One judged label set with its evidence. */
export interface Observation {
  /** Labels of the alert instance before the rule's own labels are laid over them; never `__name__`. */
  readonly labels: Labels;
  /** Name of the metric where the series has one: templates may show it, no alert carries it. */
  readonly metric?: string;
  readonly value: number | null;
  readonly verdict: Verdict;
  /** The worst of a rule's severities that the value reaches, when the rule has several; never part of the identity. */
  readonly severity?: Severity;
  readonly evidence?: Evidence;
}

/**
 * What a model without a reference file is compared with: the version itself once it had settled (`pinned`), the model some
 * time earlier (`rolling`), the model in the same hours of the last four weeks (`seasonal`), or nothing.
 */
export type ReferenceFallback = 'pinned' | 'rolling' | 'seasonal' | 'none';

/** What is known about a model besides its metrics; from `models:` in rules/*.yml, with safe defaults for every field. */
export interface ModelFacts {
  readonly name: string;
  /** Age a version needs before its accuracy is judged. */
  readonly labelDelaySettledMs: number;
  readonly reference?: DriftReference;
  /** What stands in where `reference` says nothing; `pinned` unless given. */
  readonly referenceFallback?: ReferenceFallback;
  /** How long a version serves before what it sees and says is frozen; a day unless given. */
  readonly pinAfterMs?: number;
  /** Which versions are judged; `DEFAULT_ACTIVE_VERSION` unless given. */
  readonly activeVersion?: ActiveVersion;
}

/** What `judge` may know besides the samples. */
export interface JudgeContext {
  /** The slot of the evaluation. */
  readonly now: Date;
  readonly model: ModelFacts;
  /** Fingerprints of the observation labels of this rule's firing alerts; for hysteresis. */
  readonly firing: ReadonlySet<string>;
  /** By the same fingerprints, the severity that alerts of a rule with several lines fire with. */
  readonly severities?: ReadonlyMap<string, string>;
  /** What is frozen of what `snapshot` asked for; nothing unless given. */
  readonly references?: FrozenReferences;
}

/**
 * A kind of rule: what to ask Prometheus and what the answer means. Pure.
 * `Spec` is the YAML value under the kind's key, e.g. `accuracy: { model: iris, below: 0.92 }`.
 */
export interface RuleKind<Kind extends string = string, Spec = unknown> {
  readonly kind: Kind;
  /** One line for the README table. */
  readonly summary: string;
  readonly Spec: z.ZodType<Spec>;
  /** The model a spec is about; labels alerts with `model_name` and links policies. */
  model(spec: Spec): string;
  /** The spec in one line, defaults filled in: `accuracy: { model: iris, below: 92%, window: 7d }`. */
  describe(spec: Spec): string;
  /** What an operator should know about this spec and this model before it is needed; sentences. */
  warnings?(spec: Spec, model: ModelFacts): readonly string[];
  queries(spec: Spec, model: ModelFacts): readonly PromQuery[];
  /** Counts the kind wants frozen in the database, to find them again in `context.references`. */
  snapshot?(spec: Spec, model: ModelFacts): SnapshotRequest | undefined;
  /**
   * The verdicts. A label set that has none is treated as gone, unless nothing at all could be said: a lone `no_data` for
   * the model keeps the alerts of all its versions. Never throws on any answer Prometheus can give.
   */
  judge(spec: Spec, samples: SamplesByQuery, context: JudgeContext): readonly Observation[];
}
