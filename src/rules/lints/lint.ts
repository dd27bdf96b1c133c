import type { Expression } from '../../promql/evaluate/syntax-tree.js';
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
  /** The PromQL of the rule; absent for model kinds, and where it has constructs that nobody here can read. */
  readonly expression?: Expression;
  readonly group: RuleGroupForm;
  /** How often the group is evaluated, in milliseconds. */
  readonly intervalMs: number;
  /** What its alerts are told apart by, and the same of the rules that stand before it in the file. */
  readonly identity: string;
  readonly before: ReadonlySet<string>;
  readonly options: LintOptions;
}

/** What a lint found in one rule, and where. */
export interface Finding {
  /** The value it is about, from the rule on: `expr`, or `annotations`, `summary`. */
  readonly path: readonly PropertyKey[];
  /** Offset of the place inside the PromQL, where `path` is `expr`. */
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

/** What a lint of PromQL alone finds at an offset of the expression. */
export type ExpressionFinding = Required<Pick<Finding, 'at' | 'message'>> & Pick<Finding, 'instead'>;

/** The check of a lint that looks at nothing but the PromQL of a rule. */
export function inExpression(
  find: (expression: Expression, linted: LintedRule) => readonly ExpressionFinding[],
): Lint['check'] {
  return (linted) =>
    linted.expression === undefined
      ? []
      : find(linted.expression, linted).map((found) => ({ path: ['expr'], ...found }));
}
