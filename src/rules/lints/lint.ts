import type { ModelFacts } from '../kinds/kind.js';
import type { RuleForm, RuleGroupForm } from '../rule-group.schema.js';

/** `warning`: most likely not meant. `info`: works, and could be better. What cannot work is an error of the schema. */
export type LintSeverity = 'warning' | 'info';

/** What lints are told besides the rules. */
export interface LintOptions {
  /** Interval of a group without `interval`, in milliseconds. */
  readonly defaultIntervalMs: number;
  /** How often Prometheus scrapes the metrics that rules read, in milliseconds. */
  readonly scrapeIntervalMs: number;
  /** What is known of the models that some file describes. */
  readonly models: ReadonlyMap<string, ModelFacts>;
}

/** One rule with what stands around it. */
export interface LintedRule {
  readonly rule: RuleForm;
  readonly group: RuleGroupForm;
  /** How often the group is evaluated, in milliseconds. */
  readonly intervalMs: number;
  /** The rules that stand before it in the same file. */
  readonly before: readonly { readonly rule: RuleForm; readonly group: RuleGroupForm }[];
  readonly options: LintOptions;
}

/** What a lint found in one rule, and where. */
export interface Finding {
  /** The key of the rule it is about; the rule itself when it is left out. */
  readonly key?: string;
  /** Offset of the place inside the text under `key`, for PromQL. */
  readonly at?: number;
  /** What is odd, without a full stop. */
  readonly message: string;
  /** What to write instead; told behind a colon. Left out where the message says it. */
  readonly instead?: string;
}

/** Something that is valid in a rule and most likely not meant. Pure. */
export interface Lint {
  /** Name for `retune check --ignore`, in kebab-case. */
  readonly id: string;
  readonly severity: LintSeverity;
  /** What it finds, in one sentence for the table of lints. */
  readonly finds: string;
  /** What to write instead, in one sentence for the same table. */
  readonly instead: string;
  readonly check: (linted: LintedRule) => readonly Finding[];
}
