/** One plain rule file and a test of it, both as Prometheus reads them. */
export interface PlainCase {
  readonly name: string;
  readonly rules: object;
  readonly test: {
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly external_labels?: Readonly<Record<string, string>>;
    readonly external_url?: string;
    readonly alert_rule_test?: readonly PlainAlertTest[];
    readonly promql_expr_test?: readonly object[];
  };
  readonly evaluationInterval?: string;
  readonly interval?: string;
  readonly order?: readonly string[];
}

/** What is expected of one alert. */
export interface PlainAlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts?: readonly {
    readonly exp_labels?: Readonly<Record<string, string>>;
    readonly exp_annotations?: Readonly<Record<string, string>>;
  }[];
}

/** A file of one group. */
export const one = (name: string, ...rules: readonly object[]): object => ({ groups: [{ name, rules }] });
/** The labels of one target. */
export const api = { job: 'api' };

/** Plain rules of every sort, each with expectations that hold. */
export const PLAIN_CASES: readonly PlainCase[] = [
  {
    name: 'for',
    rules: one('a', { alert: 'Down', expr: 'up == 0', for: '3m', labels: { severity: 'page' } }),
    test: {
      input_series: [{ series: 'up{job="api"}', values: '1 1 0x6 1 0 1' }],
      alert_rule_test: [
        { eval_time: '4m', alertname: 'Down' },
        { eval_time: '5m', alertname: 'Down', exp_alerts: [{ exp_labels: { ...api, severity: 'page' } }] },
        { eval_time: '8m30s', alertname: 'Down', exp_alerts: [{ exp_labels: { ...api, severity: 'page' } }] },
        { eval_time: '9m', alertname: 'Down', exp_alerts: [] },
      ],
    },
  },
  {
    name: 'keep_firing_for',
    rules: one('a', {
      alert: 'Down',
      expr: 'up == 0',
      for: '1m',
      keep_firing_for: '3m',
      annotations: { was: '{{ $value }}' },
    }),
    test: {
      input_series: [{ series: 'up{job="api"}', values: '0 0 1 1 1 1 1 0 0 1' }],
      alert_rule_test: [
        {
          eval_time: '4m',
          alertname: 'Down',
          exp_alerts: [{ exp_labels: api, exp_annotations: { was: '0' } }],
        },
        { eval_time: '5m', alertname: 'Down', exp_alerts: [] },
        {
          eval_time: '8m',
          alertname: 'Down',
          exp_alerts: [{ exp_labels: api, exp_annotations: { was: '0' } }],
        },
      ],
    },
  },
  {
    name: 'absent',
    rules: one('a', { alert: 'Gone', expr: 'absent(up{job="api"})', for: '1m' }),
    test: {
      input_series: [{ series: 'up{job="api"}', values: '1 1 stale _x10' }],
      alert_rule_test: [
        { eval_time: '2m', alertname: 'Gone' },
        { eval_time: '3m', alertname: 'Gone', exp_alerts: [{ exp_labels: api }] },
      ],
    },
  },
  {
    name: 'stale markers and the lookback',
    rules: one('a', { alert: 'Long', expr: 'queue > 10' }),
    test: {
      input_series: [
        { series: 'queue{q="a"}', values: '20 20 stale 20 _x8' },
        { series: 'queue{q="b"}', values: '20 _x11' },
      ],
      alert_rule_test: [
        { eval_time: '2m', alertname: 'Long', exp_alerts: [{ exp_labels: { q: 'b' } }] },
        { eval_time: '7m', alertname: 'Long', exp_alerts: [{ exp_labels: { q: 'a' } }] },
        { eval_time: '9m', alertname: 'Long' },
      ],
    },
  },
  {
    name: 'templates',
    rules: one('a', {
      alert: 'Slow',
      expr: 'latency_seconds > 0.5',
      labels: { team: '{{ $labels.job }}-team', where: '{{ $externalLabels.region }}' },
      annotations: {
        summary: '{{ $labels.job }} takes {{ $value | humanizeDuration }}',
        link: '{{ $externalURL }}/graph',
        list: '{{ range $name, $text := $labels }}{{ $name }}={{ $text }};{{ end }}',
        share: '{{ 0.123 | humanizePercentage }} {{ printf "%.2f" $value }} {{ title "x y" }}',
      },
    }),
    test: {
      external_labels: { region: 'eu' },
      external_url: 'http://prometheus.example',
      input_series: [{ series: 'latency_seconds{job="api"}', values: '0.25+0.25x6' }],
      alert_rule_test: [
        {
          eval_time: '3m',
          alertname: 'Slow',
          exp_alerts: [
            {
              exp_labels: { ...api, team: 'api-team', where: 'eu' },
              exp_annotations: {
                summary: 'api takes 1s',
                link: 'http://prometheus.example/graph',
                list: '__name__=latency_seconds;job=api;',
                share: '12.3% 1.00 X Y',
              },
            },
          ],
        },
      ],
    },
  },
];
