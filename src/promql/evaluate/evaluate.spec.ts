import { describe, expect, it } from '@jest/globals';
import { evaluate } from './evaluate.js';
import { type Point, type Series, STALE } from './series.js';

const minutes = (...values: readonly (Point[1] | undefined)[]): readonly Point[] =>
  values.flatMap((value, at): readonly Point[] => (value === undefined ? [] : [[at * 60_000, value]]));
const series: readonly Series[] = [
  { labels: { __name__: 'up', job: 'a' }, points: minutes(1, 1, 1, 1, 1, 1, 1) },
  { labels: { __name__: 'up', job: 'b' }, points: minutes(1, 1, 0, STALE) },
  { labels: { __name__: 'requests_total', job: 'a', __proto__x: 'y' }, points: minutes(0, 60, 120, 180) },
  { labels: { __name__: 'up', job: 'dup', instance: '1' }, points: minutes(1, 1, 1) },
  { labels: { __name__: 'up', job: 'dup', instance: '2' }, points: minutes(1, 1, 1) },
];
const at = (minute: number): number => minute * 60_000;

/** Samples as `{labels} value`, or the problem. */
const answer = (expr: string, minute: number, options = {}): unknown => {
  const evaluation = evaluate(expr, series, at(minute), options);
  if (!evaluation.ok) {
    const { reason, line, column, message } = evaluation.problem;
    return `${line}:${column} ${reason}: ${message}`;
  }
  return evaluation.samples.map(({ labels, value }) => [labels, value]);
};

describe('evaluate', () => {
  it('gives a scalar as one sample without labels', () => {
    expect(evaluate('2 ^ 3 ^ 2', [], 1500)).toEqual({
      ok: true,
      type: 'scalar',
      samples: [{ labels: {}, value: 512, timestamp: 1.5 }],
    });
  });

  it('sees nothing of a series behind its stale marker', () => {
    expect(answer('up{job="b"}', 2)).toEqual([[{ __name__: 'up', job: 'b' }, 0]]);
    expect(answer('up{job="b"}', 3)).toEqual([]);
    expect(answer('last_over_time(up{job="b"}[5m])', 3)).toEqual([[{ __name__: 'up', job: 'b' }, 0]]);
  });

  it.each([
    [2, 8, 1],
    [3, 8, 0],
  ] as const)('of version %d has %d minutes later %d values five minutes old', (version, minute, count) => {
    expect(answer('requests_total', minute, { version })).toHaveLength(count);
    expect(answer(`count_over_time(requests_total[5m])`, minute, { version })).toHaveLength(count);
  });

  it('binds offset to the selector before it, whatever stands around', () => {
    expect(answer('0 * time() + sum(requests_total) + 1 * sum(requests_total offset 2m)', 3)).toEqual([
      [{}, 240],
    ]);
    expect(answer('vector(1) + on () requests_total offset 2m * 10', 3)).toEqual([[{}, 601]]);
    expect(answer('-2 ^ 2', 0)).toEqual([[{}, -4]]);
  });

  it.each([
    ['up +', '1:5 syntax: unexpected end of expression'],
    ['rate(up)', '1:6 syntax: rate takes a range such as x[5m], got an instant vector'],
    ['sum(up) offset 5m', '1:1 syntax: offset stands behind a selector or a subquery only'],
    ['up offset 1m offset 1m', '1:1 syntax: offset is written twice'],
    ['rate(up[0s])', '1:9 syntax: expected a duration longer than 0'],
    ['up + bool up', '1:4 syntax: bool belongs to a comparison, not to +'],
    ['up == on (job) 3', '1:4 syntax: on and ignoring stand between two instant vectors'],
    ['up and on (job) group_left () up', '1:4 syntax: and has no group_left and group_right'],
    [
      'up\n  + on (job) group_left (job) up',
      '2:3 syntax: the label job cannot stand in on and in the group at once',
    ],
    ['"a" ', '1:1 syntax: expected an instant vector or a number as the result, got a text in quotes'],
    [
      'label_replace(up, "a", "\\q", "b", "c")',
      '1:24 syntax: the text has an escape that PromQL does not know',
    ],
    ['1 + histogram_avg(up)', '1:5 unsupported: histogram_avg is not evaluated here'],
    ['mad_over_time(up[5m])', '1:1 unsupported: mad_over_time is not evaluated here'],
    ['limitk(3, up)', '1:1 unsupported: limitk is not evaluated here'],
    ['rate(up[5m + 1m])', '1:9 unsupported: only plain durations such as 5m are evaluated here, got 5m + 1m'],
    ['hour(up / 0)', '1:1 unsupported: the point in time Infinity is not evaluated here'],
    [
      'timestamp(up @ 60 offset 1m)',
      '1:1 unsupported: timestamp of a selector with both @ and offset is not evaluated here',
    ],
    [
      'max_over_time(predict_linear(up[5m] @ 60, 60)[5m:1m])',
      '1:15 unsupported: predict_linear over a range with @ is not evaluated inside a subquery',
    ],
    [
      'up + on (job) up',
      '1:4 execution: up{instance="1", job="dup"} and up{instance="2", job="dup"} on the right side match the same series of the other side',
    ],
    [
      'up + on (job) group_right () up',
      '1:4 execution: up{instance="1", job="dup"} and up{instance="2", job="dup"} on the left side match the same series of the other side',
    ],
    [
      'label_replace(up, "job", "x", "", "")',
      '1:1 execution: two series of the result have the labels up{job="x"}',
    ],
    ['topk(NaN, up)', '1:1 execution: expected a number of elements, got NaN'],
  ])('%s: %s', (expr, problem) => expect(answer(expr, 1)).toBe(problem));

  it('names the many side where only one side is unique', () => {
    expect(answer('up{job="dup"} * on (job) up{instance="1"}', 1)).toBe(
      '1:15 execution: several series match up{instance="1", job="dup"}: say which side has many, with group_left or group_right',
    );
    expect(answer('up{job="dup"} * on (job) group_left () up{instance="1"}', 1)).toHaveLength(2);
  });

  it('knows no label that objects inherit', () => {
    expect(answer('sum by (constructor, toString) (up)', 1)).toEqual([[{}, 4]]);
    expect(answer('count({__name__="up", constructor=""})', 1)).toEqual([[{}, 4]]);
    const odd = [
      {
        labels: Object.fromEntries([
          ['__proto__', 'x'],
          ['__name__', 'm'],
        ]),
        points: minutes(1),
      },
    ];
    const [sample] = (
      evaluate('sum by (__proto__) (m)', odd, 0) as unknown as { samples: { labels: object }[] }
    ).samples;
    expect(Object.entries(sample?.labels ?? {})).toEqual([['__proto__', 'x']]);
  });
});
