import { describe, expect, it } from '@jest/globals';
import { readRulesQuery, type RawQuery } from './prometheus-rules-query.js';
import type { PrometheusGroup, PrometheusRule } from './prometheus-view.js';
import { selectPrometheusGroups } from './select-prometheus-groups.js';

const rule = (name: string, labels: Record<string, string> = {}): PrometheusRule =>
  ({ name, labels, alerts: [] }) as unknown as PrometheusRule;
const group = (file: string, name: string, ...rules: readonly PrometheusRule[]): PrometheusGroup =>
  ({ file, name, rules }) as unknown as PrometheusGroup;
const GROUPS = [
  group('a.yml', 'g', rule('A', { team: 'red' }), rule('B', { team: 'blue', severity: 'page' })),
  group('a.yml', 'h', rule('A', { severity: '{{ $labels.s }}' })),
  group('b.yml', 'empty'),
  group('b.yml', 'g', rule('C')),
];

function ask(query: RawQuery): string[] | string | undefined {
  const read = readRulesQuery(query);
  if (!read.ok) return read.error;
  const page = selectPrometheusGroups(GROUPS, read.filter);
  return page?.groups.flatMap(({ file, name, rules }) => rules.map((each) => `${file} ${name} ${each.name}`));
}

const ALL = ['a.yml g A', 'a.yml g B', 'a.yml h A', 'b.yml g C'];

describe('GET /api/v1/rules', () => {
  it.each<[RawQuery, readonly string[]]>([
    [{}, ALL],
    [{ type: 'alert' }, ALL],
    [{ type: 'ALERT' }, ALL],
    [{ type: 'record' }, []],
    [{ 'rule_name[]': 'A' }, ['a.yml g A', 'a.yml h A']],
    [{ 'rule_name[]': ['B', 'C'] }, ['a.yml g B', 'b.yml g C']],
    [{ 'rule_group[]': 'h' }, ['a.yml h A']],
    [{ 'file[]': 'b.yml' }, ['b.yml g C']],
    [{ 'file[]': 'b.yml', 'rule_group[]': 'h' }, []],
    [{ 'match[]': '{team="red"}' }, ['a.yml g A']],
    [{ 'match[]': '{team=~"red|blue",severity="page"}' }, ['a.yml g B']],
    [{ 'match[]': ['{team="red"}', '{team="blue"}'] }, ['a.yml g A', 'a.yml g B']],
    [{ 'match[]': '{severity="{{ $labels.s }}"}' }, ['a.yml h A']],
    [{ 'match[]': 'some_metric' }, []],
    [{ rule_name: 'A', unknown: 'x' }, ALL],
  ])('shows for %j', (query, shown) => {
    expect(ask(query)).toEqual(shown);
  });

  it.each<[RawQuery, string]>([
    [{ type: 'bad' }, 'invalid parameter "type": expected alert or record, got "bad"'],
    [{ exclude_alerts: 'yes' }, 'invalid parameter "exclude_alerts": expected true or false, got "yes"'],
    [
      { group_limit: '0' },
      'invalid parameter "group_limit": expected a whole number greater than 0, got "0"',
    ],
    [
      { group_limit: '1e3' },
      'invalid parameter "group_limit": expected a whole number greater than 0, got "1e3"',
    ],
    [
      { group_next_token: 'abc' },
      'invalid parameter "group_next_token": expected group_limit beside it: the groups are shown page by page',
    ],
    [
      { 'match[]': 'sum(foo)' },
      'invalid parameter "match[]": expected a selector such as {severity="critical"}, got "sum(foo)"',
    ],
    [
      { 'match[]': '{a=""}' },
      'invalid parameter "match[]": expected at least one matcher that an absent label does not satisfy, got "{a=\\"\\"}"',
    ],
  ])('refuses %j', (query, error) => {
    expect(ask(query)).toBe(error);
  });

  it('refuses a selector that does not end', () => {
    expect(ask({ 'match[]': '{' })).toMatch(/^invalid parameter "match\[\]": /);
    expect(ask({ 'match[]': '{a=~"("}' })).toMatch(/^invalid parameter "match\[\]": .*RE2/);
  });

  it('leaves out the alerts when asked to', () => {
    const read = readRulesQuery({ exclude_alerts: 't' });
    const page = read.ok && selectPrometheusGroups(GROUPS, read.filter);
    expect(page && page.groups[0]?.rules[0]?.alerts).toBeNull();
  });

  it('shows page by page what it shows at once', () => {
    const seen: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const read = readRulesQuery({ group_limit: '1', ...(token && { group_next_token: token }) });
      const page = read.ok ? selectPrometheusGroups(GROUPS, read.filter) : undefined;
      seen.push(
        ...(page?.groups.flatMap(({ file, name, rules }) =>
          rules.map((each) => `${file} ${name} ${each.name}`),
        ) ?? []),
      );
      token = page?.groupNextToken;
      pages++;
    } while (token !== undefined && pages < 10);
    expect([seen, pages]).toEqual([ALL, 3]);
  });

  it('knows no page after the groups were changed', () => {
    expect(ask({ group_limit: '1', group_next_token: 'abc' })).toBeUndefined();
  });

  it("makes Prometheus' own token: SHA-1 of file and name of the next group", () => {
    const page = selectPrometheusGroups(
      [group('/tmp/px/rules.yml', 'g0', rule('B')), group('/tmp/px/rules.yml', 'g1', rule('A'))],
      {
        ruleNames: new Set(),
        ruleGroups: new Set(),
        files: new Set(),
        matcherSets: [],
        excludeAlerts: false,
        groupLimit: 1,
      },
    );
    expect(page?.groupNextToken).toBe('cb1819fba5050cb77f771003ebc7f809d01af28b');
  });
});
