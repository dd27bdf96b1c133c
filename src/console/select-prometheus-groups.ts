import { createHash } from 'node:crypto';
import { matchesAll } from '../alerts/matcher.js';
import type { PrometheusGroup, PrometheusRule } from './prometheus-view.js';
import type { RulesFilter } from './prometheus-rules-query.js';

/** A page of groups; `groupNextToken` asks for the next one and is absent on the last. */
export interface GroupPage {
  readonly groups: readonly PrometheusGroup[];
  readonly groupNextToken?: string;
}

/**
 * The groups and rules a request asks for; groups of which no rule is left are not shown. `groups` are all, in order.
 * Undefined when the token of a page is that of no group any more.
 */
export function selectPrometheusGroups(
  groups: readonly PrometheusGroup[],
  filter: RulesFilter,
): GroupPage | undefined {
  const { groupLimit = Number.POSITIVE_INFINITY, groupNextToken } = filter;
  const start =
    groupNextToken === undefined ? 0 : groups.findIndex((group) => tokenOf(group) === groupNextToken);
  if (start < 0) return undefined;
  const found = groups
    .slice(start)
    .filter(({ file, name }) => within(filter.files, file) && within(filter.ruleGroups, name))
    .map((group) => ({
      ...group,
      rules: group.rules
        .filter((rule) => isWanted(rule, filter))
        .map((rule) => (filter.excludeAlerts ? { ...rule, alerts: null } : rule)),
    }))
    .filter(({ rules }) => rules.length > 0);
  const next = found[groupLimit];
  return { groups: found.slice(0, groupLimit), ...(next && { groupNextToken: tokenOf(next) }) };
}

function isWanted(rule: PrometheusRule, { type, ruleNames, matcherSets }: RulesFilter): boolean {
  return (
    type !== 'record' &&
    within(ruleNames, rule.name) &&
    (matcherSets.length === 0 || matcherSets.some((matchers) => matchesAll(matchers, rule.labels)))
  );
}

function within(wanted: ReadonlySet<string>, name: string): boolean {
  return wanted.size === 0 || wanted.has(name);
}

/** Prometheus' own token of a group. */
function tokenOf({ file, name }: PrometheusGroup): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}
