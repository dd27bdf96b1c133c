import { ALERT_NAME, type Labels, MODEL_NAME } from '../alerts/labels.js';
import type { Matcher } from '../alerts/matcher.js';
import { formatMatcher } from '../alerts/matcher-format.js';
import { parseMatchers } from '../alerts/matcher-parse.js';
import type { Rule, RuleGroup } from './rule.js';

/** A label with which a rule cannot give the alert. */
export interface LabelConflict {
  readonly name: string;
  /** What the rule gives or selects, as a matcher: `severity="warning"`. */
  readonly wants: string;
  /** What was asked for. */
  readonly asked: string;
}

/** Whether a rule could give an alert with certain labels. */
export interface RuleExplanation {
  readonly group: RuleGroup;
  readonly rule: Rule;
  /** Empty: it could. */
  readonly conflicts: readonly LabelConflict[];
  /** Labels that it gives besides, whatever the series. */
  readonly adds: Labels;
  /** Labels it gives whose text depends on the series. */
  readonly templated: readonly string[];
}

/** Functions that make labels of their own: behind them, selectors say nothing about the labels of an alert. */
const MAKES_LABELS = /\b(label_replace|label_join|count_values|absent|absent_over_time|info)\b/;

/** Every rule that has the name asked for, or without a name every rule that could give such an alert; in the order of the files. */
export function explainRules(groups: readonly RuleGroup[], labels: Labels): readonly RuleExplanation[] {
  const name = labels[ALERT_NAME];
  return groups.flatMap((group) =>
    group.rules
      .filter((rule) => name === undefined || rule.alert === name)
      .map((rule) => explainRule(group, rule, labels))
      .filter(({ conflicts }) => name !== undefined || conflicts.length === 0),
  );
}

function explainRule(group: RuleGroup, rule: Rule, labels: Labels): RuleExplanation {
  const given = givenLabels(rule);
  const conflicts = Object.entries(labels).flatMap(([name, asked]): LabelConflict[] => {
    if (name in given) {
      const value = given[name];
      const fits = value === undefined || value === asked;
      return fits ? [] : [{ name, wants: formatMatcher({ name, operator: '=', value }), asked }];
    }
    const matcher = contradicting(rule, name, asked);
    return matcher ? [{ name, wants: formatMatcher(matcher), asked }] : [];
  });
  const fixed = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    group,
    rule,
    conflicts,
    adds: Object.fromEntries(fixed.filter(([name, value]) => !(name in labels) && value !== '')),
    templated: Object.keys(given).filter((name) => given[name] === undefined && !(name in labels)),
  };
}

/** The labels every alert of a rule has; `undefined` where a template decides. */
function givenLabels(rule: Rule): Readonly<Record<string, string | undefined>> {
  const written = Object.entries(rule.labels).map(([name, { source }]): [string, string | undefined] => [
    name,
    source.includes('{{') ? undefined : source,
  ]);
  return {
    ...(rule.model === undefined ? {} : { [MODEL_NAME]: rule.model }),
    ...Object.fromEntries(written),
    [ALERT_NAME]: rule.alert,
  };
}

/** A matcher that keeps series with this label value out, when every selector of the rule has one. */
function contradicting(rule: Rule, name: string, value: string): Matcher | undefined {
  if (rule.selectors.length === 0 || rule.queries.some(({ expr }) => MAKES_LABELS.test(expr)))
    return undefined;
  const found = rule.selectors.map((selector) =>
    matchersOf(selector).find((matcher) => matcher.name === name && !matcher.matches({ [name]: value })),
  );
  return found.every((matcher) => matcher !== undefined) ? found[0] : undefined;
}

function matchersOf(selector: string): readonly Matcher[] {
  const braces = selector.indexOf('{');
  const parsed = braces < 0 ? undefined : parseMatchers(selector.slice(braces), 'utf8');
  return parsed?.ok ? parsed.matchers : [];
}
