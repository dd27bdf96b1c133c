import { api, one, type PlainCase } from './plain-corpus.js';

/** Plain rules of which several work together. */
export const SERIES_CASES: readonly PlainCase[] = [
  {
    name: 'rates, a histogram, several series',
    evaluationInterval: '30s',
    interval: '15s',
    rules: one(
      'a',
      {
        alert: 'Errors',
        expr: 'sum by (job) (rate(errors_total[2m])) / sum by (job) (rate(requests_total[2m])) > 0.2',
        for: '1m',
      },
      { alert: 'Slow', expr: 'histogram_quantile(0.5, sum by (le) (rate(lat_bucket[2m]))) > 0.1' },
    ),
    test: {
      input_series: [
        { series: 'errors_total{job="api"}', values: '0x8 3+3x20' },
        { series: 'errors_total{job="web"}', values: '0x30' },
        { series: 'requests_total{job="api"}', values: '0+10x30' },
        { series: 'requests_total{job="web"}', values: '0+7x30' },
        { series: 'lat_bucket{le="0.1"}', values: '0+1x30' },
        { series: 'lat_bucket{le="1"}', values: '0+4x30' },
        { series: 'lat_bucket{le="+Inf"}', values: '0+4x30' },
      ],
      alert_rule_test: [
        { eval_time: '2m', alertname: 'Errors' },
        { eval_time: '5m30s', alertname: 'Errors', exp_alerts: [{ exp_labels: api }] },
        { eval_time: '3m', alertname: 'Slow', exp_alerts: [{}] },
      ],
      promql_expr_test: [
        { expr: 'sum(requests_total)', eval_time: '1m', exp_samples: [{ labels: '{}', value: 68 }] },
        {
          expr: 'errors_total',
          eval_time: '1m',
          exp_samples: [
            { labels: 'errors_total{job="api"}', value: 0 },
            { labels: 'errors_total{job="web"}', value: 0 },
          ],
        },
        { expr: '1 + 1', eval_time: '1m', exp_samples: [{ value: 2 }] },
      ],
    },
  },
  {
    name: 'recording rules, also of another group and of series that end',
    order: ['first', 'second'],
    rules: {
      groups: [
        {
          name: 'second',
          rules: [{ alert: 'Many', expr: 'job:up:sum >= 2' }],
        },
        {
          name: 'first',
          rules: [
            { record: 'job:up:sum', expr: 'sum by (job) (up)', labels: { kind: 'recorded' } },
            { alert: 'Some', expr: 'job:up:sum >= 1', for: '1m' },
          ],
        },
      ],
    },
    test: {
      input_series: [
        { series: 'up{job="api", instance="1"}', values: '1x4 stale' },
        { series: 'up{job="api", instance="2"}', values: '0 1 1 1 0 stale' },
      ],
      alert_rule_test: [
        { eval_time: '0m', alertname: 'Many' },
        { eval_time: '1m', alertname: 'Many', exp_alerts: [{ exp_labels: { ...api, kind: 'recorded' } }] },
        { eval_time: '3m', alertname: 'Some', exp_alerts: [{ exp_labels: { ...api, kind: 'recorded' } }] },
        { eval_time: '6m', alertname: 'Some' },
      ],
      promql_expr_test: [
        {
          expr: 'job:up:sum',
          eval_time: '2m',
          exp_samples: [{ labels: 'job:up:sum{job="api", kind="recorded"}', value: 2 }],
        },
      ],
    },
  },
  {
    name: 'a limit, vector matching, two rules of one name',
    rules: {
      groups: [
        {
          name: 'a',
          rules: [
            {
              alert: 'Full',
              expr: 'used / on (disk) group_left (team) size > 0.9',
              labels: { severity: 'page' },
            },
            {
              alert: 'Full',
              expr: 'used / on (disk) group_left (team) size > 0.5',
              labels: { severity: 'ticket' },
            },
          ],
        },
      ],
    },
    test: {
      input_series: [
        { series: 'used{disk="a", mount="/"}', values: '40+10x6' },
        { series: 'used{disk="b", mount="/x"}', values: '10x6' },
        { series: 'size{disk="a", team="x"}', values: '100x6' },
        { series: 'size{disk="b", team="y"}', values: '100x6' },
      ],
      alert_rule_test: [
        {
          eval_time: '2m',
          alertname: 'Full',
          exp_alerts: [{ exp_labels: { disk: 'a', mount: '/', team: 'x', severity: 'ticket' } }],
        },
        {
          eval_time: '6m',
          alertname: 'Full',
          exp_alerts: [
            { exp_labels: { disk: 'a', mount: '/', team: 'x', severity: 'ticket' } },
            { exp_labels: { disk: 'a', mount: '/', team: 'x', severity: 'page' } },
          ],
        },
      ],
    },
  },
  {
    name: 'a rule that fails for two matches',
    rules: one('a', { alert: 'Bad', expr: 'left * on (job) right > 0' }),
    test: {
      input_series: [
        { series: 'left{job="a", x="1"}', values: '1x5' },
        { series: 'right{job="a", x="1"}', values: '1x5' },
        { series: 'right{job="a", x="2"}', values: '_x2 1x5' },
      ],
      alert_rule_test: [{ eval_time: '3m', alertname: 'Bad', exp_alerts: [{ exp_labels: { job: 'a' } }] }],
    },
  },
];
