import type { PromQuery, SamplesByQuery } from '../prometheus/sample.js';
import type { Template } from '../templates/template.js';
import type { Observation } from './kinds/kind.js';
import type { FrozenReferences, SnapshotRequest } from './snapshot.js';

/** What a rule's `judge` is told besides the samples; the rule adds what it knows of its model. */
export interface EvaluationContext {
  /** The slot of the evaluation. */
  readonly now: Date;
  /** Fingerprints of the observation labels of this rule's firing alerts. */
  readonly firing: ReadonlySet<string>;
  /** By the same fingerprints, the severity that alerts of a rule with several lines fire with. */
  readonly severities?: ReadonlyMap<string, string>;
  /** What is frozen in the database of the rule's `snapshot`; nothing unless given. */
  readonly references?: FrozenReferences;
}

/** What a rule does where Prometheus leaves no choice: from its `retune` key. */
export interface RuleBehaviour {
  /** What missing, stale and unusable data mean: nothing, the end of the alerts, or an alert of their own. */
  readonly onNoData: 'keep' | 'resolve' | 'alert';
  /** Evaluations in a row without data before `onNoData` does something. */
  readonly noDataAfter: number;
  /** Evaluations in a row that miss the series of an alert, while others report, before it counts as gone. */
  readonly goneAfter: number;
  /** Whether a failing evaluation raises an alert at once. */
  readonly onError: 'keep' | 'alert';
  /** What more alerts than the group's limit mean: the end of all of them, or of the youngest. */
  readonly limit: 'clear' | 'truncate';
}

/** What a rule without the `retune` key does. */
export const DEFAULT_BEHAVIOUR: RuleBehaviour = {
  onNoData: 'keep',
  noDataAfter: 2,
  goneAfter: 1,
  onError: 'keep',
  limit: 'clear',
};

/** An alerting rule, ready to evaluate. `expr` rules and model kinds differ only in `queries` and `judge`. */
export interface Rule {
  /** `<group key>;<n>;<alert>`, the n-th rule of that name in its group, from 0; stable while others come, go and move. */
  readonly key: string;
  readonly alert: string;
  /** `expr` or the name of a model kind. */
  readonly kind: string;
  /** What people read as "the query": the PromQL as written, or the kind's spec in one line. */
  readonly query: string;
  /** The model a kind is about; absent for plain PromQL. */
  readonly model?: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** Static and templated labels laid over the observation's. */
  readonly labels: Readonly<Record<string, Template>>;
  readonly annotations: Readonly<Record<string, Template>>;
  /** True when missing series mean "clear" (plain PromQL, as in Prometheus); false for kinds that say so themselves. */
  readonly absentMeansClear: boolean;
  readonly behaviour: RuleBehaviour;
  /** Which side of its line is bad, where one side is; absent where only the verdict tells. */
  readonly direction?: 'above' | 'below';
  readonly queries: readonly PromQuery[];
  /** The selectors of its queries, each once; empty when it reads no series at all. */
  readonly selectors: readonly string[];
  /** Counts the rule wants frozen, to be handed to `judge` as `references`. */
  readonly snapshot?: SnapshotRequest;
  judge(samples: SamplesByQuery, context: EvaluationContext): readonly Observation[];
}

/** A rule group, ready to evaluate. */
export interface RuleGroup {
  /** `<file>;<name>`: identity of the group in the database and the seed of its slot. */
  readonly key: string;
  readonly name: string;
  /** Path as given, relative to the rules directory. */
  readonly file: string;
  /** Milliseconds, at least 1000. */
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  /** Most alerts one rule may have at once; 0 means no limit. */
  readonly limit: number;
  /** `hash`: its slots stay where a hash puts them; absent: a group that is evaluated often follows the scrapes it reads. */
  readonly slots?: 'hash';
  readonly rules: readonly Rule[];
}
