import { parseQuery } from '../../promql/evaluate/parse-query.js';
import type { RuleGroupForm } from '../rule-group.schema.js';
import { identityOf } from './identity.js';
import { LINTS } from './index.js';
import type { LintOptions, LintSeverity } from './lint.js';

/** A finding with its lint and its place in the file. */
export interface LintFinding {
  readonly lint: string;
  readonly severity: LintSeverity;
  /** From the top of the file: `groups`, 0, `rules`, 1, `expr`. */
  readonly path: readonly PropertyKey[];
  /** The place inside the PromQL at `path`, both counted from 1. */
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
  const before = new Set<string>();
  return all.flatMap(({ rule, group, path }) => {
    const parsed = rule.expr === undefined ? undefined : parseQuery(rule.expr);
    const linted = {
      rule,
      group,
      ...(parsed?.ok ? { expression: parsed.query.root } : {}),
      intervalMs: group.interval ?? options.defaultIntervalMs,
      identity: identityOf(rule, group),
      before,
      options,
    };
    const found = LINTS.flatMap(({ id, severity, check }) =>
      check(linted).map((finding) => ({
        lint: id,
        severity,
        path: [...path, ...finding.path],
        ...(finding.at === undefined ? {} : { at: placeIn(rule.expr ?? '', finding.at) }),
        message: finding.instead === undefined ? finding.message : `${finding.message}: ${finding.instead}`,
        ...(finding.instead === undefined ? {} : { expected: finding.instead }),
      })),
    );
    before.add(linted.identity);
    return found;
  });
}

function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
