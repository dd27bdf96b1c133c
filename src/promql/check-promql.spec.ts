import { describe, expect, it } from '@jest/globals';
import { checkPromql, metricNames } from './check-promql.js';

const said = (text: string): string | undefined => {
  const problem = checkPromql(text);
  return problem && `${problem.line}:${problem.column} ${problem.message}`;
};

describe('checkPromql', () => {
  it.each([
    'up == 0',
    'model_accuracy{model_name="fraud",env=~"prod|stage"} < 0.85',
    '{"utf8.metric", "my.label"="x"} > 1',
    'max_over_time(up[1h:5m] offset 5m) @ end()',
    'sum by (job) (rate(x[5m])) / on (job) group_left (team) sum by (job, team) (y) > bool 3',
    'histogram_quantile(0.95, sum by (le) (rate(x_bucket[10m]))) > 0.25',
    'sum(rate(a[5m])) by (b) or vector(0)',
    'topk(3, x) > 1 # the worst',
    'absent(up{job="x"})',
    'label_replace(up, "a", "$1", "b", "(.*)")',
    'label_join(up, "a", "-", "b", "c", "d")',
    'count_values("version", build_info)',
    'quantile_over_time(0.9, x[5m])',
    'predict_linear(disk[6h], 4 * 3600) < 0',
    'round(x, 0.1) + round(x)',
    'time() - timestamp(x) > 300',
    'hour() > 9 and on () day_of_week() != 0',
    'x unless last_over_time(x[6h] offset 6h)',
    '-x > -1',
    '1 > bool 0',
    'x{a=~`\\d+`}',
    'sum(count_over_time(x[5m] offset -5m))',
    '(x > 3) * 2 ^ 3 % 2',
    'x @ 1609746000',
    'group(x) without (instance)',
    'scalar(x) * y',
    'deriv((rate(x[5m]))[1h:])',
    'sort_by_label(x, "a", "b")',
    'Inf * x',
  ])('%s is fine', (text) => {
    expect(said(text)).toBeUndefined();
  });

  it.each([
    ['', '1:1 expected an expression, got nothing'],
    ['# only a comment', '1:17 unexpected end of expression'],
    ['sum(rate(foo[5m])', '1:18 unexpected end of expression'],
    ['foo > 0.5 +', '1:12 unexpected end of expression'],
    ['sum(foo) by (a) and\n  on(x bar', '2:8 something is missing before "bar"'],
    ['foo{bar="a" baz="b"}', '1:13 something is missing before "baz"'],
    ['foo bar', '1:5 unexpected "bar"'],
    ['raet(foo[5m]) > 1', '1:5 unknown function "raet", did you mean "rate"?'],
    ['foo{bar="a}', '1:12 unexpected end of expression'],
    ['foo{bar="a\n}', '1:9 the text is not closed'],
    ['foo{bar=~"a("}', '1:10 expected a regular expression (RE2), got "a("'],
    ['{x=~".*"} > 1', '1:1 the selector would match every series: name a metric or a label value'],
    ['rate(foo)', '1:6 rate takes a range such as x[5m], got an instant vector'],
    ['abs(foo[5m])', '1:5 abs takes an instant vector, got a range such as x[5m]'],
    ['sum(foo[5m])', '1:5 sum takes an instant vector, got a range such as x[5m]'],
    ['foo[5m]', '1:1 expected an instant vector or a number as the result, got a range such as x[5m]'],
    ['"foo"', '1:1 expected an instant vector or a number as the result, got a text in quotes'],
    ['sum(foo)[5m]', '1:9 a range needs a plain selector before it: a subquery is written [5m:]'],
    ['histogram_quantile(sum(foo), 0.9)', '1:20 histogram_quantile takes a number, got an instant vector'],
    ['clamp(foo, 1)', '1:1 clamp takes 3 arguments, got 2'],
    ['round(foo, 1, 2)', '1:1 round takes 1 or 2 arguments, got 3'],
    ['topk(foo)', '1:1 topk takes two arguments, got 1'],
    ['1 > 0', '1:3 a comparison of two numbers is written > bool'],
    ['foo and 1', '1:9 and takes an instant vector, got a number'],
    ['foo + "a"', '1:7 + takes a number or an instant vector, got a text in quotes'],
  ])('%s: %s', (text, message) => {
    expect(said(text)).toBe(message);
  });
});

describe('metricNames', () => {
  it('finds every metric an expression reads', () => {
    expect([...metricNames('sum(rate(a[5m])) / b{c="d"} > time()')]).toEqual(['a', 'b']);
  });
});
