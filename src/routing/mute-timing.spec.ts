import { describe, expect, it } from '@jest/globals';
import { compileTimeIntervals, mutedBy } from './mute-timing.js';
import { TimeIntervals } from './time-interval.schema.js';

/** Whether an interval of one entry holds at each instant. */
const holds = (spec: object, ...instants: readonly string[]): readonly boolean[] => {
  const intervals = compileTimeIntervals(TimeIntervals.parse([{ name: 'n', time_intervals: [spec] }]));
  return instants.map((instant) => intervals.get('n')?.contains(new Date(instant)) ?? false);
};

describe('a time interval', () => {
  it('holds from the first minute of a time range until before its last', () => {
    const spec = { times: [{ start_time: '09:00', end_time: '17:00' }] };
    expect(
      holds(
        spec,
        '2026-03-02T08:59:59.999Z',
        '2026-03-02T09:00:00Z',
        '2026-03-02T16:59:59.999Z',
        '2026-03-02T17:00:00Z',
      ),
    ).toEqual([false, true, true, false]);
  });

  it('may reach midnight as 24:00, and begin there as 00:00', () => {
    const night = {
      times: [
        { start_time: '22:00', end_time: '24:00' },
        { start_time: '00:00', end_time: '06:00' },
      ],
    };
    expect(holds(night, '2026-03-02T23:59:59Z', '2026-03-03T00:00:00Z', '2026-03-03T06:00:00Z')).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each<[spec: object, inside: string, outside: string]>([
    [{ weekdays: ['monday:friday'] }, '2026-03-06T12:00:00Z', '2026-03-07T12:00:00Z'],
    [{ weekdays: ['sunday'] }, '2026-03-08T00:00:00Z', '2026-03-07T23:59:59Z'],
    [{ months: ['january:march', 'december'] }, '2026-12-31T12:00:00Z', '2026-11-30T12:00:00Z'],
    [{ months: [2] }, '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    [{ years: ['2025:2026'] }, '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'],
    [{ days_of_month: ['1:5'] }, '2026-03-05T23:59:59Z', '2026-03-06T00:00:00Z'],
    [{ days_of_month: ['-1'] }, '2026-02-28T12:00:00Z', '2026-02-27T12:00:00Z'],
    [{ days_of_month: ['-1'] }, '2028-02-29T12:00:00Z', '2028-02-28T12:00:00Z'],
    [{ days_of_month: ['-3:-1'] }, '2026-04-28T12:00:00Z', '2026-04-27T12:00:00Z'],
    [{ days_of_month: ['27:-1'] }, '2026-02-28T12:00:00Z', '2026-02-26T12:00:00Z'],
    [{ days_of_month: ['29:31'] }, '2026-03-31T12:00:00Z', '2026-02-28T12:00:00Z'],
    [{ days_of_month: ['-31:-29'] }, '2026-03-03T12:00:00Z', '2026-02-01T12:00:00Z'],
    [{ days_of_month: ['25:31'] }, '2026-02-28T12:00:00Z', '2026-02-24T12:00:00Z'],
    [{ weekdays: ['monday'], months: ['march'] }, '2026-03-02T12:00:00Z', '2026-04-06T12:00:00Z'],
  ])('%j holds at %s and not at %s', (spec, inside, outside) => {
    expect(holds(spec, inside, outside)).toEqual([true, false]);
  });

  it('always holds without a field, and never with an empty list', () => {
    expect(holds({}, '2026-03-02T12:00:00Z')).toEqual([true]);
    expect(holds({ weekdays: [] }, '2026-03-02T12:00:00Z')).toEqual([false]);
    expect(
      compileTimeIntervals([{ name: 'n' }])
        .get('n')
        ?.contains(new Date(0)),
    ).toBe(false);
  });

  it('holds when one of its entries does', () => {
    const intervals = compileTimeIntervals(
      TimeIntervals.parse([{ name: 'n', time_intervals: [{ weekdays: ['monday'] }, { months: ['may'] }] }]),
    );
    const at = (instant: string): boolean | undefined => intervals.get('n')?.contains(new Date(instant));
    expect([at('2026-03-02T00:00:00Z'), at('2026-05-05T00:00:00Z'), at('2026-03-03T00:00:00Z')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('a location', () => {
  const morning = (location?: string): object => ({
    times: [{ start_time: '02:00', end_time: '03:00' }],
    ...(location ? { location } : {}),
  });

  it.each<[what: string, spec: object, instants: readonly string[], expected: readonly boolean[]]>([
    [
      'is UTC when it is not given',
      morning(),
      ['2026-03-29T02:30:00Z', '2026-03-29T00:30:00Z'],
      [true, false],
    ],
    [
      'shifts with summer time',
      morning('Europe/Berlin'),
      ['2026-03-28T01:30:00Z', '2026-03-30T00:30:00Z', '2026-03-30T01:30:00Z'],
      [true, true, false],
    ],
    [
      'never sees the hour that summer time skips',
      morning('Europe/Berlin'),
      ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z'],
      [false, false],
    ],
    [
      'sees the hour that is repeated twice',
      morning('Europe/Berlin'),
      ['2026-10-24T23:59:59Z', '2026-10-25T00:00:00Z', '2026-10-25T01:59:59Z', '2026-10-25T02:00:00Z'],
      [false, true, true, false],
    ],
    [
      'moves the weekday',
      { weekdays: ['monday'], location: 'Pacific/Auckland' },
      ['2026-03-01T11:00:00Z', '2026-03-01T10:59:59Z'],
      [true, false],
    ],
    [
      'moves day, month and year',
      { years: ['2027'], days_of_month: ['1'], months: ['january'], location: 'Asia/Tokyo' },
      ['2026-12-31T15:00:00Z', '2026-12-31T14:59:59Z'],
      [true, false],
    ],
    [
      'knows zones of half an hour',
      { times: [{ start_time: '00:00', end_time: '00:01' }], location: 'Asia/Kolkata' },
      ['2026-03-01T18:30:00Z', '2026-03-01T18:00:00Z'],
      [true, false],
    ],
  ])('%s', (_what, spec, instants, expected) => {
    expect(holds(spec, ...instants)).toEqual(expected);
  });

  it('Local is the zone of this process', () => {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const instants = ['2026-03-28T01:30:00Z', '2026-07-30T12:30:00Z'];
    expect(holds(morning('Local'), ...instants)).toEqual(holds(morning(zone), ...instants));
  });
});

describe('a route', () => {
  const intervals = compileTimeIntervals(
    TimeIntervals.parse([
      { name: 'weekend', time_intervals: [{ weekdays: ['saturday', 'sunday'] }] },
      { name: 'saturday', time_intervals: [{ weekdays: ['saturday'] }] },
      {
        name: 'office',
        time_intervals: [
          { weekdays: ['monday:friday'], times: [{ start_time: '09:00', end_time: '17:00' }] },
        ],
      },
    ]),
  );
  const SATURDAY = new Date('2026-03-07T12:00:00Z');
  const MONDAY = new Date('2026-03-09T12:00:00Z');

  it.each<
    [
      what: string,
      mute: readonly string[],
      active: readonly string[],
      now: Date,
      expected: object | undefined,
    ]
  >([
    ['without intervals is never quiet', [], [], SATURDAY, undefined],
    [
      'is quiet while a mute interval holds',
      ['weekend'],
      [],
      SATURDAY,
      { kind: 'mute', name: 'weekend', names: ['weekend'] },
    ],
    [
      'names every mute interval that holds',
      ['weekend', 'office', 'saturday'],
      [],
      SATURDAY,
      { kind: 'mute', name: 'weekend, saturday', names: ['weekend', 'saturday'] },
    ],
    ['speaks outside its mute intervals', ['weekend'], [], MONDAY, undefined],
    [
      'is quiet outside its active intervals',
      [],
      ['office'],
      SATURDAY,
      { kind: 'active', name: 'office', names: ['office'] },
    ],
    ['speaks inside one of its active intervals', [], ['saturday', 'office'], MONDAY, undefined],
    [
      'asks active intervals first',
      ['weekend'],
      ['office'],
      SATURDAY,
      { kind: 'active', name: 'office', names: ['office'] },
    ],
    [
      'is quiet when both hold',
      ['office'],
      ['office'],
      MONDAY,
      { kind: 'mute', name: 'office', names: ['office'] },
    ],
    ['speaks when a name is not defined', ['gone'], ['gone'], MONDAY, undefined],
  ])('%s', (_what, muteTimeIntervals, activeTimeIntervals, now, expected) => {
    expect(mutedBy({ muteTimeIntervals, activeTimeIntervals }, intervals, now)).toEqual(expected);
  });
});
