import { describe, expect, it } from '@jest/globals';
import { InhibitRules, inhibitRules, RouteTree, routeTree, TimeIntervals } from './route.schema.js';

interface Outcome {
  readonly success: boolean;
  readonly error?: {
    readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
}

const complaints = (outcome: Outcome): readonly string[] =>
  (outcome.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

const under = (child: object): object => ({ receiver: 'a', routes: [{ receiver: 'b', ...child }] });

describe('a routing tree', () => {
  it('may be as small as a receiver', () => {
    expect(RouteTree.parse({ receiver: 'a' })).toEqual({ receiver: 'a' });
  });

  it('reads every field, durations in milliseconds and matchers from lists, braces and both old maps', () => {
    const tree = RouteTree.parse({
      receiver: 'a',
      group_by: ['...'],
      group_wait: 0,
      group_interval: '5m',
      repeat_interval: '1d12h',
      matchers: [],
      continue: false,
      routes: [
        {
          matchers: ['{x="1",y=~"2|3"}', 'z!='],
          match: { team: 'flowers' },
          match_re: { env: 'prod|stage' },
          continue: true,
          mute_time_intervals: ['nights'],
          active_time_intervals: ['office'],
          routes: [{ group_by: [] }],
        },
      ],
    });
    expect(tree).toMatchObject({ group_wait: 0, group_interval: 300_000, repeat_interval: 129_600_000 });
    const child = tree.routes?.[0];
    expect(child?.matchers?.map(({ name }) => name)).toEqual(['x', 'y', 'z']);
    expect(child?.match?.[0]).toMatchObject({ name: 'team', operator: '=', value: 'flowers' });
    expect(child?.match_re?.[0]).toMatchObject({ name: 'env', operator: '=~', value: 'prod|stage' });
    expect(child?.routes?.[0]?.group_by).toEqual([]);
  });

  it.each<[what: string, tree: object, complaint: string]>([
    [
      'a root without a receiver',
      {},
      'receiver: expected a receiver, as the first route takes what no other takes',
    ],
    [
      'a root with matchers',
      { receiver: 'a', matchers: ['a=b'] },
      'matchers: expected no matchers on the first route: move them to a route under `routes`',
    ],
    [
      'a root with old matchers',
      { receiver: 'a', match: { a: 'b' } },
      'match: expected no matchers on the first route: move them to a route under `routes`',
    ],
    [
      'a root with mute times',
      { receiver: 'a', mute_time_intervals: ['n'] },
      'mute_time_intervals: expected no time intervals on the first route: move them to a route under `routes`',
    ],
    [
      'a root with active times',
      { receiver: 'a', active_time_intervals: ['n'] },
      'active_time_intervals: expected no time intervals on the first route: move them to a route under `routes`',
    ],
    [
      'a root that continues',
      { receiver: 'a', continue: true },
      'continue: expected no `continue` on the first route, which has no siblings',
    ],
    [
      'a bad matcher',
      under({ matchers: ['a=b', 'x'] }),
      'routes.0.matchers.1: bad matcher format: expected a matcher such as severity="page", got "x"',
    ],
    [
      'a bad pattern',
      under({ matchers: ['a=~"("'] }),
      'routes.0.matchers.0: expected an RE2 pattern for a, got "(": missing closing )',
    ],
    [
      'a bad old pattern',
      under({ match_re: { a: '(' } }),
      'routes.0.match_re.a: expected an RE2 pattern for a, got "(": missing closing )',
    ],
    [
      'a label twice in group_by',
      under({ group_by: ['a', 'b', 'a'] }),
      'routes.0.group_by.2: expected each label once, got a again',
    ],
    [
      'a label beside the wildcard',
      under({ group_by: ['...', 'a'] }),
      "routes.0.group_by: expected '...' alone, as it already means all labels",
    ],
    [
      'an empty label name in group_by',
      under({ group_by: [''] }),
      'routes.0.group_by.0: expected a label name, or \'...\' for all labels, got ""',
    ],
    [
      'a duration in words',
      under({ group_wait: '5 mins' }),
      'routes.0.group_wait: expected a duration such as 5m, got "5 mins"',
    ],
    [
      'a group_interval of 0',
      under({ group_interval: '0s' }),
      'routes.0.group_interval: expected a duration longer than 0',
    ],
    [
      'a repeat_interval of 0',
      under({ repeat_interval: 0 }),
      'routes.0.repeat_interval: expected a duration longer than 0',
    ],
    ['an empty receiver', under({ receiver: '' }), 'routes.0.receiver: expected a name, got an empty text'],
  ])('refuses %s', (_what, tree, complaint) => {
    expect(complaints(RouteTree.safeParse(tree))).toEqual([complaint]);
  });

  it.each([
    ['an unknown key', under({ group_wat: '5s' })],
    ['a number as a receiver', { receiver: 5 }],
    ['a text as the list of matchers', under({ matchers: 'a=b' })],
    ['an old matcher on a name outside the alphabet', under({ match: { 'a-b': 'c' } })],
    ['an empty entry among the routes', { receiver: 'a', routes: [null] }],
  ])('refuses %s', (_what, tree) => {
    expect(RouteTree.safeParse(tree).success).toBe(false);
  });

  it('tells all complaints at once', () => {
    expect(
      complaints(RouteTree.safeParse(under({ matchers: ['x', 'y'], group_wait: 'z', group_by: [''] }))),
    ).toHaveLength(4);
  });

  it('reads label names and matchers as its mode says', () => {
    const dotted = under({ matchers: ['a.b=c'], group_by: ['a.b'] });
    expect(
      ['classic', 'fallback', 'utf8'].map((mode) => routeTree(mode as 'classic').safeParse(dotted).success),
    ).toEqual([false, true, true]);
    const open = under({ matchers: ['a='] });
    expect(
      ['classic', 'fallback', 'utf8'].map((mode) => routeTree(mode as 'classic').safeParse(open).success),
    ).toEqual([true, true, false]);
  });
});

describe('inhibition rules', () => {
  it('drop an entry without a value, and read both spellings', () => {
    const rules = InhibitRules.parse([
      null,
      { source_match: { a: '1' }, target_match_re: { a: '2|3' }, equal: ['cluster'] },
      { name: 'n', source_matchers: ['a=1'], target_matchers: ['a=2'] },
    ]);
    expect(rules).toHaveLength(2);
    expect(rules[0]).toMatchObject({ source_match: [{ name: 'a', value: '1' }], equal: ['cluster'] });
  });

  it.each([
    [[{ equal: [''] }], '0.equal.0: expected a label name, got ""'],
    [
      [{ source_matchers: ['x'] }],
      '0.source_matchers.0: bad matcher format: expected a matcher such as severity="page", got "x"',
    ],
  ])('refuse %j', (rules, complaint) => {
    expect(complaints(InhibitRules.safeParse(rules))).toEqual([complaint]);
  });

  it('keep to the old label names in classic mode', () => {
    expect(complaints(inhibitRules('classic').safeParse([{ equal: ['a.b'] }]))).toEqual([
      '0.equal.0: expected a label name, got "a.b"',
    ]);
  });
});

describe('time intervals', () => {
  const interval = (spec: object): object[] => [{ name: 'n', time_intervals: [spec] }];

  it('read every field', () => {
    const [read] = TimeIntervals.parse(
      interval({
        times: [{ start_time: '09:00', end_time: '24:00' }],
        weekdays: ['Monday:friday', 'sunday'],
        days_of_month: ['1:5', -1, '-3:-1'],
        months: ['january:March', 6, 'december'],
        years: [2026, '2027:2029'],
        location: 'Europe/Berlin',
      }),
    );
    expect(read?.time_intervals?.[0]).toEqual({
      times: [{ begin: 540, end: 1440 }],
      weekdays: [
        { begin: 1, end: 5 },
        { begin: 0, end: 0 },
      ],
      days_of_month: [
        { begin: 1, end: 5 },
        { begin: -1, end: -1 },
        { begin: -3, end: -1 },
      ],
      months: [
        { begin: 1, end: 3 },
        { begin: 6, end: 6 },
        { begin: 12, end: 12 },
      ],
      years: [
        { begin: 2026, end: 2026 },
        { begin: 2027, end: 2029 },
      ],
      location: 'Europe/Berlin',
    });
  });

  it.each<[spec: object, complaint: string]>([
    [
      { times: [{ start_time: '9:00', end_time: '17:00' }] },
      'times.0.start_time: expected a time such as 09:00 (24:00 is the latest), got "9:00"',
    ],
    [
      { times: [{ start_time: '22:00', end_time: '06:00' }] },
      'times.0.end_time: expected an end after the start: write a range over midnight as two, until 24:00 and from 00:00',
    ],
    [
      { weekdays: ['mon'] },
      'weekdays.0: expected a weekday such as monday, or a range such as monday:friday, got "mon"',
    ],
    [
      { weekdays: ['friday:monday'] },
      'weekdays.0: expected a range whose end is not before its begin, got "friday:monday"',
    ],
    [
      { days_of_month: [0] },
      'days_of_month.0: expected a day such as 15, or a range such as 1:5 or -3:-1, got "0"',
    ],
    [
      { days_of_month: ['-5:2'] },
      'days_of_month.0: expected an end counted from the month\'s end as its begin is, got "-5:2"',
    ],
    [
      { days_of_month: ['25:-10'] },
      'days_of_month.0: expected a range whose end is not before its begin, got "25:-10"',
    ],
    [
      { months: ['13'] },
      'months.0: expected a month such as march or 3, or a range such as january:march, got "13"',
    ],
    [
      { years: ['2026:2025'] },
      'years.0: expected a range whose end is not before its begin, got "2026:2025"',
    ],
    [
      { years: ['1:2:3'] },
      'years.0: expected a year such as 2026, or a range such as 2026:2028, got "1:2:3"',
    ],
    [
      { location: 'Europe/Atlantis' },
      'location: expected an IANA time zone such as Europe/Berlin, or Local, got "Europe/Atlantis"',
    ],
    [
      { location: '+02:00' },
      'location: expected an IANA time zone such as Europe/Berlin, or Local, got "+02:00"',
    ],
  ])('refuse %j', (spec, complaint) => {
    expect(complaints(TimeIntervals.safeParse(interval(spec)))).toEqual([`0.time_intervals.0.${complaint}`]);
  });

  it('refuse a name used twice', () => {
    expect(complaints(TimeIntervals.safeParse([{ name: 'a' }, { name: 'a' }]))).toEqual([
      '1.name: expected each name once, got "a" again',
    ]);
  });
});
