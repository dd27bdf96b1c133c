import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import { PrometheusError, type SamplesByQuery } from '../prometheus/sample.js';
import { judgeExpr } from '../rules/judge-expr.js';
import type { Observation, Verdict } from '../rules/kinds/kind.js';
import type { EvaluationContext, Rule } from '../rules/rule.js';
import { compileAlertTemplate } from '../templates/compile-alert-template.js';
import type { Template } from '../templates/template.js';
import { evaluateRule, type RuleOutcome } from './evaluate-rule.js';

const MINUTE = 60_000;
const T0 = new Date('2026-03-10T12:00:00Z');
const at = (minutes: number): Date => new Date(T0.getTime() + minutes * MINUTE);
const surroundings = {
  externalLabels: { cluster: 'eu' },
  externalUrl: 'http://retune.example',
  prometheusAddress: 'http://prometheus.example',
};

const templates = (texts: Labels): Readonly<Record<string, Template>> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const compiled = compileAlertTemplate(text, name);
      if (!compiled.ok) throw new Error(compiled.error.message);
      return [name, compiled.template];
    }),
  );

interface Written {
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly forMs?: number;
  readonly keepFiringForMs?: number;
}
const base = ({ labels = {}, annotations = {}, forMs = 0, keepFiringForMs = 0 }: Written) => ({
  key: 'iris.yml;iris;0;Low',
  alert: 'Low',
  query: '',
  queries: [],
  forMs,
  keepFiringForMs,
  labels: templates(labels),
  annotations: templates(annotations),
});

/** A rule of plain PromQL. */
const expr = (written: Written = {}): Rule => ({
  ...base(written),
  kind: 'expr',
  absentMeansClear: true,
  judge: (samples) => judgeExpr(samples['expr'] ?? []),
});

/** A rule of a model kind whose verdicts the test gives. */
const kind = (
  verdicts: (context: EvaluationContext) => readonly (readonly [Labels, Verdict])[],
  written: Written = {},
): Rule => ({
  ...base(written),
  kind: 'accuracy',
  model: 'iris',
  absentMeansClear: false,
  judge: (_samples, context) =>
    verdicts(context).map(([labels, verdict]): Observation => ({
      labels,
      value: 0.9,
      verdict,
      evidence: { measure: 'accuracy', value: 0.9, threshold: 0.92 },
    })),
});
const said = (...verdicts: readonly (readonly [Labels, Verdict])[]): Rule => kind(() => verdicts);

const series = (...all: readonly (readonly [Labels, number])[]): SamplesByQuery => ({
  expr: all.map(([labels, value]) => ({ labels, value, timestamp: 0 })),
});
const evaluate = (
  rule: Rule,
  answer: SamplesByQuery | PrometheusError = {},
  open: readonly Alert[] = [],
  minute = 0,
  limit = 0,
): RuleOutcome => evaluateRule(rule, answer, open, at(minute), limit, surroundings);
const alertsOf = ({ changes }: RuleOutcome): Alert[] => changes.map(({ alert }) => alert);
const moves = ({ changes }: RuleOutcome): string[] =>
  changes.flatMap(({ alert, transition }) =>
    transition ? [`${alert.labels['v'] ?? ''} ${transition.from}→${transition.to} ${transition.reason}`] : [],
  );

describe('a rule of plain PromQL', () => {
  it('has one alert for each series that comes back', () => {
    const outcome = evaluate(expr(), series([{ __name__: 'm', v: '1' }, 5], [{ v: '2' }, 0]));
    expect(outcome).toMatchObject({ health: 'ok', series: 2 });
    expect(alertsOf(outcome).map(({ labels, value, state }) => [labels, value, state])).toEqual([
      [{ alertname: 'Low', v: '1' }, 5, 'firing'],
      [{ alertname: 'Low', v: '2' }, 0, 'firing'],
    ]);
    expect(alertsOf(outcome).map((alert) => alert.fingerprint)).toEqual(
      alertsOf(outcome).map(({ labels }) => fingerprint(labels)),
    );
  });

  it('lays its own labels over those of the series, and takes labels away with an empty one', () => {
    const rule = expr({
      labels: { severity: 'critical', job: '', v: 'v{{ $labels.v }}', alertname: 'Other' },
    });
    const [alert] = alertsOf(evaluate(rule, series([{ job: 'api', v: '1', zone: 'a' }, 1])));
    expect(alert?.labels).toEqual({ alertname: 'Low', severity: 'critical', v: 'v1', zone: 'a' });
  });

  it('writes its annotations from labels, value, surroundings and the slot', () => {
    const annotations = {
      summary: '{{ $labels.v }} is {{ $value }} in {{ $externalLabels.cluster }}',
      link: '{{ $externalURL }}/x',
      when: '{{ (now | toTime).Unix }}',
    };
    const [alert] = alertsOf(evaluate(expr({ annotations }), series([{ v: '1' }, 5])));
    expect(alert?.annotations).toMatchObject({ summary: '1 is 5 in eu', link: 'http://retune.example/x' });
    expect(alert?.annotations['when']).toMatch(/^1\.?7731/);
  });

  it('waits out its for', () => {
    const rule = expr({ forMs: 2 * MINUTE });
    const first = evaluate(rule, series([{ v: '1' }, 1]));
    expect(moves(first)).toEqual(['1 inactive→pending condition_met']);
    const second = evaluate(rule, series([{ v: '1' }, 1]), alertsOf(first), 2);
    expect(moves(second)).toEqual(['1 pending→firing held_for']);
  });

  it('resolves the alerts whose series are gone, and forgets pending ones', () => {
    const both = series([{ v: '1' }, 1], [{ v: '2' }, 1]);
    const firing = evaluate(expr(), both);
    const one = evaluate(expr(), series([{ v: '2' }, 1]), alertsOf(firing), 1);
    expect(moves(one)).toEqual(['1 firing→resolved series_gone']);
    const pending = evaluate(expr({ forMs: MINUTE }), both);
    const gone = evaluate(expr({ forMs: MINUTE }), series(), alertsOf(pending), 1);
    expect(moves(gone)).toEqual(['1 pending→inactive series_gone', '2 pending→inactive series_gone']);
    expect(gone.changes.map(({ deleted }) => deleted)).toEqual([true, true]);
    expect(gone.health).toBe('ok');
  });

  it('changes nothing but its health when the query failed', () => {
    const firing = evaluate(expr(), series([{ v: '1' }, 1]));
    const failed = evaluate(expr(), new PrometheusError('timeout', 'no answer in time'), alertsOf(firing), 1);
    expect(failed).toEqual({ health: 'error', error: 'timeout: no answer in time', changes: [], series: 0 });
  });

  it.each<[sentence: string, answer: SamplesByQuery, limit: number, error: string]>([
    [
      'two series would be one alert',
      series([{ v: '1', job: 'a' }, 1], [{ v: '1', job: 'b' }, 1]),
      0,
      'two series have the labels {alertname="Low", v="1"} once the rule\'s labels are applied',
    ],
    [
      'there are more alerts than the group may have',
      series([{ v: '1' }, 1], [{ v: '2' }, 1]),
      1,
      "2 alerts exceed the group's limit of 1",
    ],
  ])('changes nothing but its health when %s', (_sentence, answer, limit, error) => {
    const rule = expr({ labels: { job: '' } });
    const firing = evaluate(rule, series([{ v: '9' }, 1]));
    expect(evaluate(rule, answer, alertsOf(firing), 1, limit)).toEqual({
      health: 'error',
      error,
      changes: [],
      series: 0,
    });
  });

  it('may have as many alerts as the limit says', () => {
    expect(evaluate(expr(), series([{ v: '1' }, 1], [{ v: '2' }, 1]), [], 0, 2).health).toBe('ok');
  });
});

describe('a rule of a model kind', () => {
  const one = { model_name: 'iris', v: '1' };
  const two = { model_name: 'iris', v: '2' };
  const firing = alertsOf(evaluate(said([one, 'breached'], [two, 'breached'])));

  it('keeps the evidence with its kind', () => {
    expect(firing[0]).toMatchObject({
      state: 'firing',
      evidence: { kind: 'accuracy', measure: 'accuracy', value: 0.9, threshold: 0.92 },
    });
  });

  it.each<[sentence: string, rule: Rule, health: RuleOutcome['health'], moves: readonly string[]]>([
    [
      'resolves what it measured as clear',
      said([one, 'clear'], [two, 'breached']),
      'ok',
      ['1 firing→resolved condition_cleared'],
    ],
    [
      'resolves a version that left while others report',
      said([two, 'breached']),
      'ok',
      ['1 firing→resolved series_gone'],
    ],
    [
      'resolves nothing on too few events',
      said([one, 'insufficient_data'], [two, 'insufficient_data']),
      'insufficient_data',
      [],
    ],
    [
      'resolves a version that left while another has too few events',
      said([two, 'insufficient_data']),
      'insufficient_data',
      ['1 firing→resolved series_gone'],
    ],
    ['resolves nothing when the model has no data', said([{ model_name: 'iris' }, 'no_data']), 'no_data', []],
    ['resolves nothing on stale values', said([{ model_name: 'iris' }, 'stale']), 'stale', []],
    ['resolves nothing when nothing came back', said(), 'no_data', []],
  ])('%s', (_sentence, rule, health, expected) => {
    const outcome = evaluate(rule, {}, firing, 1);
    expect([outcome.health, moves(outcome)]).toEqual([health, expected]);
  });

  it('stores nothing of alerts it can say nothing about', () => {
    const rule = said([one, 'insufficient_data'], [two, 'stale']);
    expect(evaluate(rule, {}, firing, 1).changes).toEqual([]);
  });

  it('is told which of its observations fire, by the labels it gave them', () => {
    const asked: ReadonlySet<string>[] = [];
    const rule = kind(
      ({ firing: known }) => {
        asked.push(known);
        return [[one, 'breached']];
      },
      { labels: { severity: 'critical', team: '{{ $labels.model_name }}-team' } },
    );
    const first = evaluate(rule);
    evaluate(rule, {}, alertsOf(first), 1);
    expect(asked.map((known) => [...known])).toEqual([[], [fingerprint(one)]]);
  });

  it('is not told of alerts that are only pending', () => {
    let known: ReadonlySet<string> | undefined;
    const rule = kind(
      (context) => {
        known = context.firing;
        return [[one, 'breached']];
      },
      { forMs: MINUTE },
    );
    evaluate(rule, {}, alertsOf(evaluate(rule)), 0.5);
    expect(known).toEqual(new Set());
  });
});
