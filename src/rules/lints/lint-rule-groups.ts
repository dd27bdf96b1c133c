import type { RuleForm, RuleGroupForm } from '../rule-group.schema.js';
import { LINTS } from './index.js';
import type { LintOptions, LintSeverity } from './lint.js';

/** A finding with its lint and its place in the file. */
export interface LintFinding {
  readonly lint: string;
  readonly severity: LintSeverity;
  /** From the top of the file: `groups`, 0, `rules`, 1, `expr`. */
  readonly path: readonly PropertyKey[];
  /** The place inside the text at `path`, both counted from 1. */
  readonly at?: { readonly line: number; readonly column: number };
  /** What is odd and what to write instead. */
  readonly message: string;
  /** What to write instead, by itself. */
  readonly expected?: string;
}

/** What is valid in the groups of one file and most likely not meant. */
export function lintRuleGroups(
  groups: readonly RuleGroupForm[],
  options: LintOptions,
): readonly LintFinding[] {
  const all = groups.flatMap((group, groupIndex) =>
    group.rules.map((rule, index) => ({ rule, group, path: ['groups', groupIndex, 'rules', index] })),
  );
  return all.flatMap(({ rule, group, path }, place) => {
    const intervalMs = group.interval ?? options.defaultIntervalMs;
    const linted = { rule, group, intervalMs, before: all.slice(0, place), options };
    return LINTS.flatMap(({ id, severity, check }) =>
      check(linted).map(({ key, at, message, instead }) => ({
        lint: id,
        severity,
        path: key === undefined ? path : [...path, key],
        ...(at === undefined ? {} : { at: placeIn(textUnder(rule, key), at) }),
        message: instead === undefined ? message : `${message}: ${instead}`,
        ...(instead === undefined ? {} : { expected: instead }),
      })),
    );
  });
}

function textUnder(rule: RuleForm, key: string | undefined): string {
  const text = (rule as Readonly<Record<string, unknown>>)[key ?? ''];
  return typeof text === 'string' ? text : '';
}

function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
