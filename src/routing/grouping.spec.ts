import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Labels } from '../alerts/labels.js';
import { compileRoutes } from './compile-routes.js';
import { formatLabels, groupOf } from './grouping.js';
import type { Route } from './route.js';
import { RouteTree } from './route.schema.js';

const compile = (tree: object): Route => compileRoutes(RouteTree.parse({ receiver: 'root', ...tree }));
const ALERT: Labels = { alertname: 'Acc', team: 'ml', severity: 'critical', empty: '' };

describe('the group of an alert', () => {
  it.each<[groupBy: readonly string[] | undefined, displayKey: string, groupLabels: Labels]>([
    [undefined, '{}:{}', {}],
    [['alertname'], '{}:{alertname="Acc"}', { alertname: 'Acc' }],
    [['team', 'alertname'], '{}:{alertname="Acc", team="ml"}', { alertname: 'Acc', team: 'ml' }],
    [['alertname', 'absent', 'empty'], '{}:{alertname="Acc"}', { alertname: 'Acc' }],
    [['constructor'], '{}:{}', {}],
    [
      ['...'],
      '{}:{alertname="Acc", severity="critical", team="ml"}',
      { alertname: 'Acc', severity: 'critical', team: 'ml' },
    ],
  ])('by %j is %s', (group_by, displayKey, groupLabels) => {
    expect(groupOf(compile({ group_by }), ALERT)).toMatchObject({ displayKey, groupLabels });
  });

  it('has the key that Alertmanager gives it', () => {
    const root = compile({
      group_by: ['alertname'],
      routes: [{ matchers: ['team="ml"', 'severity=~"c.*"'] }],
    });
    expect(groupOf(root.children[0] as Route, ALERT).displayKey).toBe(
      '{}/{severity=~"c.*",team="ml"}:{alertname="Acc"}',
    );
  });

  it('has an id of 64 hex digits', () => {
    expect(groupOf(compile({}), ALERT).id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another id at a sibling route with equal matchers, though the key for people is the same', () => {
    const { children } = compile({
      routes: [{ matchers: ['team=ml'], continue: true }, { matchers: ['team=ml'] }],
    });
    const [first, second] = children.map((route) => groupOf(route, ALERT));
    expect(first?.displayKey).toBe(second?.displayKey);
    expect(first?.id).not.toBe(second?.id);
  });

  it('is the same for the same values of the grouping labels, and only then', () => {
    const route = compile({ group_by: ['a', 'b'] });
    const word = fc.constantFrom('', 'x', 'y', '"', ', b="x"');
    const labels = fc.record({ a: word, b: word, c: word });
    fc.assert(
      fc.property(labels, labels, (one, two) => {
        const same = one.a === two.a && one.b === two.b;
        expect(
          groupOf(route, one).id === groupOf(route, Object.fromEntries(Object.entries(two).toReversed())).id,
        ).toBe(same);
      }),
    );
  });
});

describe('printed labels', () => {
  it.each<[labels: Labels, text: string]>([
    [{}, '{}'],
    [{ b: '2', a: '1' }, '{a="1", b="2"}'],
    [{ a1: 'x', a: 'y', B: 'z' }, '{B="z", a="y", a1="x"}'],
    [{ q: 'say "hi"\n\t\\ é \u0001' }, '{q="say \\"hi\\"\\n\\t\\\\ é \\x01"}'],
    [{ '10': 'a', '9': 'b' }, '{10="a", 9="b"}'],
  ])('%j as %s', (labels, text) => {
    expect(formatLabels(labels)).toBe(text);
  });
});
