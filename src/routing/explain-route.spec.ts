import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compileRoutes, matchRoutes } from './compile-routes.js';
import { explainRoute, formatExplanation, takenRoutes } from './explain-route.js';
import { RouteTree } from './route.schema.js';

const root = compileRoutes(
  RouteTree.parse({
    receiver: 'everyone',
    group_by: ['alertname'],
    routes: [
      { receiver: 'archive', matchers: ['keep=yes'], continue: true },
      {
        receiver: 'flowers',
        matchers: ['team=flowers'],
        routes: [
          { receiver: 'pager', matchers: ['severity=critical', 'env=~"prod|stage"'], repeat_interval: '1h' },
          {
            receiver: 'chat',
            group_wait: '0s',
            mute_time_intervals: ['nights'],
            active_time_intervals: ['office'],
          },
        ],
      },
      { receiver: 'late', routes: [{ receiver: 'later' }] },
    ],
  }),
);

describe('an explanation', () => {
  it('reads as one line for each route that was asked', () => {
    expect(
      formatExplanation(explainRoute(root, { alertname: 'Acc', team: 'flowers', severity: 'critical' })),
    ).toBe(
      [
        '{} → everyone  passed on to a route below',
        '  {keep="yes"} → archive  no: wants keep="yes", but keep is absent',
        '  {team="flowers"} → flowers  passed on to a route below',
        '    {env=~"prod|stage",severity="critical"} → pager  no: wants env=~"prod|stage", but env is absent',
        '    {} → chat  taken: group {}/{team="flowers"}/{}:{alertname="Acc"} waits 0s, then every 5m, repeats after 4h; muted during nights; active only during office',
        '  {} → late  not reached: {team="flowers"} → flowers took it and does not continue',
      ].join('\n'),
    );
  });

  it('names every matcher that fails, and the value it met', () => {
    const explanation = explainRoute(root, { team: 'flowers', severity: 'info', env: 'dev' });
    expect(formatExplanation(explanation)).toContain(
      'no: wants env=~"prod|stage", but env is "dev" and severity="critical", but severity is "info"',
    );
  });

  it('says which sibling ended the search, for the whole subtree', () => {
    const late = explainRoute(root, { team: 'flowers' }).children[2];
    expect(late).toMatchObject({ outcome: 'not_reached', endedBy: { receiver: 'flowers' } });
    expect(late?.children[0]).toMatchObject({ outcome: 'not_reached', endedBy: { receiver: 'flowers' } });
  });

  it('lets the root take what nobody else does', () => {
    const alone = compileRoutes(RouteTree.parse({ receiver: 'everyone', routes: [{ matchers: ['a=1'] }] }));
    expect(formatExplanation(explainRoute(alone, {}))).toBe(
      '{} → everyone  taken: group {}:{} waits 30s, then every 5m, repeats after 4h\n  {a="1"} → everyone  no: wants a="1", but a is absent',
    );
  });

  it('takes the routes that matching takes, in any tree', () => {
    const nodes = (depth: number): fc.Arbitrary<object[]> =>
      fc.array(
        fc.record({
          matchers: fc.subarray(['a=1', 'b!=1', 'c=~"1|2"']),
          continue: fc.boolean(),
          routes: depth === 0 ? fc.constant([]) : nodes(depth - 1),
        }),
        { maxLength: 4 },
      );
    const word = fc.constantFrom('', '1', '2');
    fc.assert(
      fc.property(nodes(2), fc.record({ a: word, b: word, c: word }), (routes, labels) => {
        const tree = compileRoutes(RouteTree.parse({ receiver: 'r', routes }));
        const taken = takenRoutes(explainRoute(tree, labels)).map(({ route }) => route.id);
        expect(taken).toEqual(matchRoutes(tree, labels).map(({ id }) => id));
      }),
    );
  });
});
