import type { PromQuery, SamplesByQuery } from '../prometheus/sample.js';
import type { Template } from '../templates/template.js';
import type { Observation } from './kinds/kind.js';

/** What a rule's `judge` is told besides the samples; the rule adds what it knows of its model. */
export interface EvaluationContext {
  /** The slot of the evaluation. */
  readonly now: Date;
  /** Fingerprints of the observation labels of this rule's firing alerts. */
  readonly firing: ReadonlySet<string>;
}

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
  readonly queries: readonly PromQuery[];
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
  readonly rules: readonly Rule[];
}
