import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Labels } from '../alerts/labels.js';
import { allRoutes, compileRoutes, matchRoutes } from './compile-routes.js';
import type { Route } from './route.js';
import { RouteTree } from './route.schema.js';

const compile = (tree: object): Route => compileRoutes(RouteTree.parse({ receiver: 'root', ...tree }));
const receivers = (root: Route, labels: Labels): readonly string[] =>
  matchRoutes(root, labels).map(({ receiver }) => receiver);

describe('compiled options', () => {
  it('have defaults at the root', () => {
    expect(compile({})).toMatchObject({
      groupBy: [],
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
    });
  });

  it('are inherited down the tree unless they are set', () => {
    const root = compile({
      group_by: ['a'],
      group_wait: '1s',
      group_interval: '2s',
      repeat_interval: '3s',
      routes: [{ matchers: ['x=1'], routes: [{ receiver: 'leaf', group_wait: '0s', group_by: ['...'] }] }],
    });
    const [child] = root.children;
    expect(child).toMatchObject({
      receiver: 'root',
      groupBy: ['a'],
      groupWaitMs: 1000,
      groupIntervalMs: 2000,
      repeatIntervalMs: 3000,
    });
    expect(child?.children[0]).toMatchObject({
      receiver: 'leaf',
      groupBy: 'all',
      groupWaitMs: 0,
      groupIntervalMs: 2000,
      repeatIntervalMs: 3000,
    });
  });

  it.each([
    ['one group, with an empty list', [], []],
    ['labels, over a wildcard', ['b'], ['b']],
    ['the wildcard, when nothing is said', undefined, 'all'],
  ])('group by %s', (_what, written, expected) => {
    const root = compile({ group_by: ['...'], routes: [{ group_by: written }] });
    expect(root.children[0]?.groupBy).toEqual(expected);
  });

  it('never pass on matchers, continue and time intervals', () => {
    const root = compile({
      routes: [
        {
          matchers: ['x=1'],
          continue: true,
          mute_time_intervals: ['m'],
          active_time_intervals: ['o'],
          routes: [{}],
        },
      ],
    });
    expect(root.children[0]).toMatchObject({
      continue: true,
      muteTimeIntervals: ['m'],
      activeTimeIntervals: ['o'],
    });
    expect(root.children[0]?.children[0]).toMatchObject({
      matchers: [],
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
    });
  });

  it('print the route key as Alertmanager does: matchers by name, value and operator, patterns of match_re anchored, one step for each ancestor', () => {
    const root = compile({
      routes: [
        {
          match: { team: 'ml' },
          match_re: { severity: 'c.*' },
          matchers: ['a!=2', 'a=~2', 'a=2', 'a=1', 'q="\\"\\n\\\\"'],
          routes: [{}, { matchers: ['"ä b"="ü\t"'] }],
        },
      ],
    });
    expect(allRoutes(root).map(({ displayKey }) => displayKey)).toEqual([
      '{}',
      '{}/{a="1",a="2",a!="2",a=~"2",q="\\"\\n\\\\",severity=~"^(?:c.*)$",team="ml"}',
      '{}/{a="1",a="2",a!="2",a=~"2",q="\\"\\n\\\\",severity=~"^(?:c.*)$",team="ml"}/{}',
      '{}/{a="1",a="2",a!="2",a=~"2",q="\\"\\n\\\\",severity=~"^(?:c.*)$",team="ml"}/{"ä b"="ü\\t"}',
    ]);
  });
});

describe('route ids', () => {
  const ids = (tree: object): readonly string[] => allRoutes(compile(tree)).map(({ id }) => id);
  const a = { matchers: ['a=1'] };

  it('differ among equal siblings, and among their children', () => {
    const found = ids({
      routes: [
        { ...a, routes: [a] },
        { ...a, routes: [a] },
        { ...a, receiver: 'root', routes: [a] },
        { ...a, receiver: 'x', routes: [a] },
      ],
    });
    expect(new Set(found).size).toBe(9);
  });

  it('do not move when a neighbour comes or another receiver becomes the default', () => {
    const before = ids({ routes: [{ ...a, receiver: 'x', routes: [{ receiver: 'y' }] }] });
    expect(
      ids({ routes: [{ matchers: ['b=1'] }, { ...a, receiver: 'x', routes: [{ receiver: 'y' }] }] }),
    ).toEqual(expect.arrayContaining([...before]));
    expect(
      ids({ receiver: 'other', routes: [{ ...a, receiver: 'x', routes: [{ receiver: 'y' }] }] }).slice(1),
    ).toEqual(before.slice(1));
  });

  it('change with the receiver, inherited or not', () => {
    expect(ids({ receiver: 'p', routes: [a] })[1]).not.toBe(ids({ receiver: 'q', routes: [a] })[1]);
    expect(ids({ routes: [{ ...a, receiver: 'p' }] })[1]).not.toBe(
      ids({ routes: [{ ...a, receiver: 'q' }] })[1],
    );
  });

  it('are unique in any tree', () => {
    const nodes = (depth: number): fc.Arbitrary<object[]> =>
      fc.array(
        fc.record(
          {
            receiver: fc.constantFrom('r', 'r"#2', 'r~'),
            matchers: fc.subarray(['a=1', 'b="#2"', 'c="@"']),
            routes: depth === 0 ? fc.constant([]) : nodes(depth - 1),
          },
          { requiredKeys: [] },
        ),
        { maxLength: 4 },
      );
    fc.assert(
      fc.property(nodes(2), (routes) => {
        const found = ids({ routes });
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

describe('the routes of an alert', () => {
  const root = compile({
    routes: [
      {
        receiver: 'first',
        matchers: ['team=ml'],
        routes: [{ receiver: 'pager', matchers: ['severity=critical'] }],
      },
      { receiver: 'archive', matchers: ['keep=~".+"'], continue: true },
      { receiver: 'no-team', matchers: ['team=""'] },
      { receiver: 'late', matchers: ['team!=ops'], continue: true },
    ],
  });

  it.each<[what: string, labels: Labels, expected: readonly string[]]>([
    ['the child, not its parent', { team: 'ml', severity: 'critical' }, ['pager']],
    ['the parent when no child matches', { team: 'ml', severity: 'info' }, ['first']],
    ['a route that continues, and the next one that matches', { keep: '1' }, ['archive', 'no-team']],
    ['only the first match of those that do not continue', {}, ['no-team']],
    ['the root when nothing matches', { team: 'ops' }, ['root']],
    ['not the root when one that continues was the only match', { team: 'ops', keep: '1' }, ['archive']],
    ['the last one, whose continue leads nowhere', { team: 'web' }, ['late']],
  ])('are %s', (_what, labels, expected) => {
    expect(receivers(root, labels)).toEqual(expected);
  });

  it('are none when the root itself does not match', () => {
    expect(matchRoutes(root.children[0] as Route, { team: 'ops' })).toEqual([]);
  });
});
