import { describe, expect, it } from '@jest/globals';
import { RuleGroups } from '../rule-group.schema.js';
import { LINTS } from './index.js';
import { lintRuleGroups } from './lint-rule-groups.js';

type Rule = Readonly<Record<string, unknown>>;

/** What is found in rules of one group, each as `lint path line:column message`. */
function lint(rules: readonly Rule[], group: Rule = {}): readonly string[] {
  const forms = RuleGroups.parse([{ name: 'g', ...group, rules }]);
  const options = { defaultIntervalMs: 60_000, scrapeIntervalMs: 30_000, models: new Map() };
  return lintRuleGroups(forms, options).map(({ lint: id, path, at, message }) =>
    [id, path.slice(4).join('.'), at ? `${at.line}:${at.column}` : '', message].filter(Boolean).join(' '),
  );
}
/** What is found without what kinds miss about their model, which nobody describes here. */
const withoutFacts = (found: readonly string[]): readonly string[] =>
  found.filter((finding) => !finding.startsWith('model-facts'));
const expr = (text: string, rule: Rule = {}): Rule => ({ alert: 'A', expr: text, ...rule });

const ERRORS = 'model_prediction_errors_total';
const REQUESTS = 'model_prediction_requests_total';

/** Rules in which one thing is found; for each the lint, the rule, and what is said. */
const FOUND: readonly (readonly [string, Rule, string])[] = [
  [
    'errors of a model divided by requests of a version',
    expr(`sum(rate(${ERRORS}[5m])) / sum by (model_version) (rate(${REQUESTS}[5m]) > 0) > 0.05`),
    `errors-by-version expr 1:46 ${ERRORS} carries no model_version, so / finds no pair and returns nothing: sum by (model_name) on both sides, or use error_rate`,
  ],
  [
    'errors summed by a version they do not carry',
    expr(
      `sum by (model_version) (rate(${ERRORS}[5m])) / on (model_version) sum by (model_version) (rate(${REQUESTS}[5m]) > 0) > 0.05`,
    ),
    `errors-by-version expr 1:66 ${ERRORS} carries no model_version, so / finds no pair and returns nothing: sum by (model_name) on both sides, or use error_rate`,
  ],
  [
    'sides summed by other labels',
    expr('sum by (job, path) (rate(a_total[5m])) / sum by (job) (rate(b_total[5m]) > 0) > 2'),
    'label-mismatch expr 1:40 the left side is summed by {job, path}, the right side by {job}, so / finds no pair and returns nothing: sum both by the same labels, or write / on (job) group_left ()',
  ],
  [
    'a vector made of a number',
    expr('sum by (job) (rate(a_total[5m])) > vector(3)'),
    'label-mismatch expr 1:34 the left side is summed by {job}, the right side by {}, so > finds no pair and returns nothing: sum both by the same labels, or write > on () group_left ()',
  ],
  [
    'what unless cannot take away',
    expr('sum by (job) (up) unless sum(down)'),
    'label-mismatch expr 1:19 the left side is summed by {job}, the right side by {}, so unless finds no pair and takes nothing away: sum both by the same labels, or write unless on ()',
  ],
  [
    'buckets summed without le',
    expr('histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1'),
    'quantile-without-le expr 1:25 the buckets are summed without le, so histogram_quantile returns nothing: write by (le, job)',
  ],
  [
    'buckets summed away altogether',
    expr('histogram_quantile(0.9, (sum(rate(x_bucket[5m])))) > 1'),
    'quantile-without-le expr 1:25 the buckets are summed without le, so histogram_quantile returns nothing: write by (le)',
  ],
  [
    'NaN',
    expr('foo == NaN'),
    'constant-comparison expr 1:5 == NaN holds never: write x != x to find what is NaN',
  ],
  [
    'not NaN',
    expr('foo\n  != NaN'),
    'constant-comparison expr 2:3 != NaN holds always: write x != x to find what is NaN',
  ],
  [
    'beyond infinity',
    expr('foo < -Inf'),
    'constant-comparison expr 1:5 < -Inf never holds: write == to find what is infinite',
  ],
  [
    'a range of two scrapes',
    expr('rate(x_total[1m]) > 1'),
    'short-range expr 1:1 rate looks back over 1m, which holds fewer than four scrapes 30s apart: write 2m or more, or set RETUNE_SCRAPE_INTERVAL if Prometheus scrapes more often',
  ],
  [
    'a range of one scrape',
    expr('irate(x_total[30s]) > 1'),
    'short-range expr 1:1 irate looks back over 30s, which holds fewer than two scrapes 30s apart, and often returns nothing: write 1m or more, or set RETUNE_SCRAPE_INTERVAL if Prometheus scrapes more often',
  ],
  [
    'a subquery of few steps',
    expr('deriv(x[10m:5m]) > 1'),
    'short-range expr 1:1 deriv looks back over 10m, which holds fewer than four steps 5m apart: write 20m or more',
  ],
  [
    'a short window of a kind',
    { alert: 'A', error_rate: { model: 'm', above: '5%', window: '90s' } },
    'short-range error_rate.window window spans 1m30s, which holds fewer than four scrapes 30s apart: write 2m or more, or set RETUNE_SCRAPE_INTERVAL if Prometheus scrapes more often',
  ],
  [
    'a short window of a burn rate',
    {
      alert: 'A',
      error_rate: { model: 'm', slo: '99%', burn: [{ factor: 2, long: '1h', short: '1m' }] },
    },
    'short-range error_rate.burn.0.short short spans 1m, which holds fewer than four scrapes 30s apart: write 2m or more, or set RETUNE_SCRAPE_INTERVAL if Prometheus scrapes more often',
  ],
  [
    'a window of few scrapes, and events behind it that count',
    { alert: 'A', latency: { model: 'm', window: '2m' } },
    'few-scrapes latency.window window spans 2m, which holds fewer than ten scrapes 30s apart, so that up to 33% more events are counted than were seen: write 5m or more',
  ],
  [
    'a counter as it is',
    expr('sum by (job) (errors_total) > 100'),
    'counter-without-rate expr 1:1 errors_total counts since its process started, so that the comparison says nothing about now: compare increase(errors_total[10m]) or a rate',
  ],
  [
    'a ratio of counters as they are',
    expr('0.05 < a_total{x="y"} / (b_total)'),
    'counter-without-rate expr 1:23 a_total counts since its process started, so that the comparison says nothing about now: compare increase(a_total[10m]) or a rate',
  ],
  [
    'the rate of a gauge',
    expr('rate(model_accuracy_evaluated_timestamp_seconds[10m]) == 0'),
    'rate-of-gauge expr 1:1 model_accuracy_evaluated_timestamp_seconds is a gauge by its name, and rate takes every fall of it for a restart: write deriv',
  ],
  [
    'the delta of a counter',
    expr('delta(x_total[10m]) > 5'),
    'delta-of-counter expr 1:1 x_total is a counter by its name, and delta falls whenever it restarts: write increase',
  ],
  [
    'a bare accuracy',
    expr('min(model_accuracy{model_name="m"}) < 0.9'),
    'accuracy-gauge expr 1:5 model_accuracy is scraped afresh for ever, also when nobody evaluates the model any more: use the kind accuracy, or add: and time() - model_accuracy_evaluated_timestamp_seconds < 26 * 3600',
  ],
  [
    'a bare accuracy whose lines stand beside it',
    expr('model_accuracy', { retune: { thresholds: { below: { warning: 0.9 } } } }),
    'accuracy-gauge expr 1:1 model_accuracy is scraped afresh for ever, also when nobody evaluates the model any more: use the kind accuracy, or add: and time() - model_accuracy_evaluated_timestamp_seconds < 26 * 3600',
  ],
  [
    'drift that waits',
    { alert: 'A', prediction_drift: { model: 'm', window: '6h' }, for: '30m' },
    'drift-for for after 30m of a window of 6h most of the data is the same, so for confirms nothing: write confirm: 2 in the drift rule',
  ],
  [
    'a severity over those of the tiers',
    { alert: 'A', error_rate: { model: 'm', slo: '99%' }, labels: { severity: 'critical' } },
    'severity-label labels.severity the rule tells warning from critical by itself, and the label makes every alert critical: leave the label severity out, of the rule and of its group',
  ],
  [
    'a severity over those of the checks',
    { alert: 'A', staleness: { model: 'm' }, labels: { severity: 'warning' } },
    'severity-label labels.severity the rule tells warning from critical by itself, and the label makes every alert warning: leave the label severity out, of the rule and of its group',
  ],
  [
    'a label that is summed away',
    expr('sum by (job) (up) == 0', {
      annotations: { summary: '{{ $labels.job }} on {{ $labels.instance }}' },
    }),
    'missing-label annotations.summary the expression has no label instance, so that it is always empty here: keep it: by (job, instance)',
  ],
  [
    'the alerts of Prometheus',
    expr('ALERTS{alertstate="firing"}'),
    "prometheus-alerts expr ALERTS holds the alerts of Prometheus' own rules, and none of this service: repeat the condition of the alert that is meant",
  ],
  [
    'a recording rule',
    { record: 'a:b', expr: 'up' },
    'recording-rule record a:b is a recording rule, which is not evaluated here: leave it with Prometheus, which stores what it records',
  ],
  [
    'a pattern in absent',
    expr('absent(up{job="a", instance=~"b|c"})'),
    'absent-labels expr 1:30 absent keeps the labels of = alone, so the alert carries no instance from =~: give instance under labels, or write one rule per value',
  ],
  [
    'a sum in absent',
    expr('absent(sum by (job) (up))'),
    'absent-labels expr 1:1 absent of an expression gives an alert without labels: give it a selector',
  ],
  [
    'a ratio of what may be nothing',
    expr('100 * (rate(a_total[5m]) / rate(b_total[5m])) > 5'),
    'ratio-without-traffic expr 1:26 one failure of one request is 100% here, and without any request the ratio is 0/0, which resolves the alert: add a least number of events, such as: and sum(increase(…[10m])) > 50, or use error_rate',
  ],
  [
    'a wait shorter than the interval',
    expr('up == 0', { for: '30s' }),
    'shorter-than-interval for 30s is shorter than the interval of the group, and lasts 1m all the same: write 1m or more, or leave it out',
  ],
];

describe('lintRuleGroups', () => {
  it.each(FOUND)('finds %s, and nothing else', (_, rule, finding) => {
    expect(withoutFacts(lint([rule]))).toEqual([finding]);
  });

  it('finds something with every lint', () => {
    const others = ['duplicate-rule', 'model-facts'];
    const found = new Set([...FOUND.map(([, , finding]) => finding.split(' ')[0]), ...others]);
    expect(found).toEqual(new Set(LINTS.map(({ id }) => id)));
  });

  it.each<[string, Rule]>([
    ['a window of ten scrapes', { alert: 'A', latency: { model: 'm', window: '5m' } }],
    [
      'few scrapes that nothing is inferred from',
      { alert: 'A', error_rate: { model: 'm', above: '5%', window: '2m' } },
    ],
    ['the ratio README shows', expr(`sum(rate(${ERRORS}[5m])) / (sum(rate(${REQUESTS}[5m])) > 0) > 0.05`)],
    ['sides matched on labels', expr('sum by (a, b) (x) / on (a) group_left () sum by (a) (y) > 1')],
    ['either of two', expr('sum by (a) (x) > 1 or sum(y) > 1')],
    ['labels nobody can tell', expr('x / sum by (a) (y) > 1')],
    ['a factor', expr('scalar(sum by (a) (x)) * sum by (b) (y) > 2 * sum by (b) (z)')],
    ['a number on one side', expr('sum by (a) (x) / 2 > scalar(sum(y))')],
    ['a quantile of buckets', expr('histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) > 1')],
    ['a quantile of native histograms', expr('histogram_quantile(0.9, sum by (job) (rate(x[5m]))) > 1')],
    ['four scrapes', expr('rate(x_total[2m]) > 1')],
    ['two scrapes for irate', expr('irate(x_total[1m]) > 1')],
    ['short ranges of what needs one sample', expr('max_over_time(x[10s]) > last_over_time(y[1s])')],
    ['a counter that never counted', expr('errors_total == 0')],
    ['counters against each other', expr('a_total > b_total')],
    ['an increase by hand', expr('a_total - a_total offset 5m > 3')],
    ['the time of a counter', expr('time() - timestamp(a_total) > 300')],
    ['the rate of an old counter', expr('rate(requests[5m]) > 1')],
    ['the rise of a gauge', expr('delta(memory_bytes[5m]) > 1')],
    [
      'a fresh accuracy',
      expr(
        'model_accuracy < 0.9 and on (model_name) time() - model_accuracy_evaluated_timestamp_seconds < 3600',
      ),
    ],
    ['an accuracy that is not compared', expr('absent(model_accuracy{model_name="m"})')],
    ['absent of equal labels', expr('absent(up{job="a"})')],
    ['absent with the label given', expr('absent(up{job=~"a|b"})', { labels: { job: 'a or b' } })],
    [
      'a ratio with a least number of requests',
      expr('rate(a_total[5m]) / rate(b_total[5m]) > 0.1 and increase(b_total[5m]) > 50'),
    ],
    ['a ratio of gauges', expr('used_bytes / size_bytes > 0.9')],
    ['labels that are kept', expr('sum by (job) (up) == 0', { annotations: { a: '{{ .Labels.job }}' } })],
    ['text that looks like a label', expr('sum(up) == 0', { annotations: { a: '$labels.job' } })],
    ['a wait of one interval', expr('up == 0', { for: '1m', keep_firing_for: '1m' })],
    ['drift that waits for other data', { alert: 'A', drift: { model: 'm', window: '1h' }, for: '1h' }],
    [
      'tiers of one severity',
      {
        alert: 'A',
        error_rate: { model: 'm', slo: '99%', burn: [{ factor: 2, long: '1h', short: '5m' }] },
        labels: { severity: 'critical' },
      },
    ],
    [
      'the severity of a plain share',
      { alert: 'A', error_rate: { model: 'm', above: '5%' }, labels: { severity: 'critical' } },
    ],
  ])('finds nothing about %s', (_, rule) => {
    expect(withoutFacts(lint([rule]))).toEqual([]);
  });

  it('tells rules apart by name, labels and model', () => {
    const accuracy = (model: string, labels = {}): Rule => ({
      alert: 'A',
      accuracy: { model, below: 0.9 },
      labels,
    });
    expect(lint([accuracy('a'), accuracy('b'), accuracy('a', { tier: 'x' }), expr('up == 0')])).toEqual([]);
    expect(
      lint([expr('up == 0', { labels: { a: '1', b: '2' } }), expr('up', { labels: { b: '2', a: '1' } })]),
    ).toEqual([
      'duplicate-rule alert another rule of this file has the name A and the same labels: give it another name, or a label that differs',
    ]);
    expect(
      lint([expr('up'), expr('down', { labels: { team: 'x' } })], { labels: { team: 'x' } }),
    ).toHaveLength(1);
    expect(lint([accuracy('a'), accuracy('a')])).toHaveLength(1);
    expect(
      lint([accuracy('a'), { ...accuracy('a'), accuracy: { model: 'a', below: 0.9, where: { env: 'b' } } }]),
    ).toEqual([]);
  });

  it('tells what kinds miss about their model', () => {
    const rule = { alert: 'A', accuracy: { model: 'm', drop: '3%', against: 'reference' } };
    expect(lint([rule])).toEqual([expect.stringMatching(/^model-facts accuracy drop needs the accuracy/)]);
  });

  it('reads the interval of the group, and the severity in its labels', () => {
    expect(lint([expr('up == 0', { for: '30s' })], { interval: '10s' })).toEqual([]);
    const burn = { alert: 'A', error_rate: { model: 'm', slo: '99%' } };
    expect(lint([burn], { labels: { severity: 'page' } })).toEqual([
      expect.stringMatching(/^severity-label the rule tells/),
    ]);
  });
});
