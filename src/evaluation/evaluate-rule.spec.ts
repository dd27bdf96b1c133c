import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import { PrometheusError, type SamplesByQuery } from '../prometheus/sample.js';
import { judgeExpr } from '../rules/judge-expr.js';
import type { Observation, Verdict } from '../rules/kinds/kind.js';
import { DEFAULT_BEHAVIOUR, type EvaluationContext, type Rule, type RuleBehaviour } from '../rules/rule.js';
import { compileAlertTemplate } from '../templates/compile-alert-template.js';
import type { Template } from '../templates/template.js';
import { exprCondition } from '../rules/expr-condition.js';
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
  readonly behaviour?: Partial<RuleBehaviour>;
}
const base = ({
  labels = {},
  annotations = {},
  forMs = 0,
  keepFiringForMs = 0,
  behaviour = {},
}: Written) => ({
  key: 'iris.yml;iris;0;Low',
  alert: 'Low',
  query: '',
  queries: [],
  selectors: ['m'],
  behaviour: { ...DEFAULT_BEHAVIOUR, ...behaviour },
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
): RuleOutcome =>
  evaluateRule(rule, {
    answer: answer instanceof PrometheusError ? answer : { samples: answer },
    open,
    slot: at(minute),
    limit,
    surroundings,
  });
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
    expect(failed).toEqual({
      health: 'error',
      error: 'timeout: no answer in time',
      changes: [],
      series: 0,
      worst: null,
    });
  });

  it('changes nothing but its health when two series would be one alert', () => {
    const rule = expr({ labels: { job: '' } });
    const firing = evaluate(rule, series([{ v: '9' }, 1]));
    const answer = series([{ v: '1', job: 'a' }, 1], [{ v: '1', job: 'b' }, 1]);
    expect(evaluate(rule, answer, alertsOf(firing), 1)).toMatchObject({
      health: 'error',
      error: 'two series have the labels {alertname="Low", v="1"} once the rule\'s labels are applied',
      changes: [],
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

describe('a rule that is compared here', () => {
  const compared = (more: Partial<RuleBehaviour> = {}, retune: object = { recover: 8 }): Rule => {
    const rule = { ...expr(), ...exprCondition('m > 10', retune) };
    return { ...rule, behaviour: { ...rule.behaviour, ...more } };
  };
  const a = { v: 'a' };
  const b = { v: 'b' };
  const both = alertsOf(evaluate(compared(), series([a, 11], [b, 11])));

  it('is well and clear while its values are, and shows them in its evidence', () => {
    expect(evaluate(compared(), series([a, 3]))).toMatchObject({
      health: 'ok',
      changes: [],
      series: 1,
      worst: 3,
    });
    expect(both[0]?.evidence).toEqual({ kind: 'expr', measure: 'value', value: 11, threshold: 10 });
  });

  it('resolves beyond recover, and not at the line', () => {
    expect(moves(evaluate(compared(), series([a, 9], [b, 7]), both, 1))).toEqual([
      'b firing→resolved condition_cleared',
    ]);
  });

  it('knows its firing alerts again although its own labels lie over those of the series', () => {
    const rule = { ...compared(), labels: templates({ v: 'x', team: '{{ $labels.v }}' }) };
    const firing = alertsOf(evaluate(rule, series([a, 11])));
    expect(firing[0]?.labels).toEqual({ alertname: 'Low', v: 'x', team: 'a' });
    expect(moves(evaluate(rule, series([a, 9]), firing, 1))).toEqual([]);
  });

  it('misses a series twice before it counts as gone, while others report', () => {
    const once = evaluate(compared(), series([b, 12]), both, 1);
    expect(moves(once)).toEqual([]);
    const still = alertsOf(once);
    expect(still.find(({ labels }) => labels['v'] === 'a')?.missing).toBe(1);
    expect(moves(evaluate(compared(), series([b, 12]), still, 2))).toEqual(['a firing→resolved series_gone']);
    const back = alertsOf(evaluate(compared(), series([a, 12], [b, 12]), still, 2));
    expect(back.find(({ labels }) => labels['v'] === 'a')).not.toHaveProperty('missing');
  });

  it.each<[onNoData: RuleBehaviour['onNoData'], first: readonly string[], second: readonly string[]]>([
    ['keep', [], []],
    ['alert', [], []],
    ['resolve', [], ['a firing→resolved series_gone', 'b firing→resolved series_gone']],
  ])('without any series does as on_no_data: %s says', (onNoData, first, second) => {
    const rule = compared({ onNoData });
    const once = evaluate(rule, series(), both, 1);
    expect([once.health, moves(once)]).toEqual(['no_data', first]);
    const left = both.map(
      (alert) => alertsOf(once).find((same) => same.fingerprint === alert.fingerprint) ?? alert,
    );
    expect(moves(evaluate(rule, series(), left, 2))).toEqual(second);
  });

  it('takes a value that is no number for no data', () => {
    const outcome = evaluate(compared(), series([a, Number.NaN], [b, 3]), both, 1);
    expect([outcome.health, moves(outcome)]).toEqual(['ok', ['b firing→resolved condition_cleared']]);
    expect(evaluate(compared(), series([a, Number.NaN]), both, 1)).toMatchObject({
      health: 'no_data',
      changes: [],
    });
  });
});

describe('a rule of several severities', () => {
  const lines = { thresholds: { above: { warning: 10, critical: 20 } } };
  const several: Rule = { ...expr(), ...exprCondition('m', lines) };
  const at20 = (value: number, open: readonly Alert[] = [], minute = 0): RuleOutcome =>
    evaluate(several, series([{ v: 'a' }, value]), open, minute);

  it('has one alert whose severity moves, under one fingerprint and one activeAt', () => {
    const warning = at20(11);
    expect(alertsOf(warning)[0]?.labels).toEqual({ alertname: 'Low', v: 'a', severity: 'warning' });
    const critical = at20(21, alertsOf(warning), 1);
    expect(moves(critical)).toEqual(['a firing→firing escalated']);
    expect(alertsOf(critical)[0]).toMatchObject({
      fingerprint: alertsOf(warning)[0]?.fingerprint,
      episode: alertsOf(warning)[0]?.episode,
      activeAt: at(0),
      labels: { severity: 'critical' },
      evidence: { threshold: 20 },
    });
    const less = at20(19, alertsOf(critical), 2);
    expect(moves(less)).toEqual(['a firing→firing deescalated']);
    expect(moves(at20(9, alertsOf(less), 3))).toEqual(['a firing→resolved condition_cleared']);
  });

  it('shows its severity while pending without a word about it', () => {
    const waiting: Rule = { ...several, forMs: 2 * MINUTE };
    const pending = evaluate(waiting, series([{ v: 'a' }, 11]));
    const worse = evaluate(waiting, series([{ v: 'a' }, 21]), alertsOf(pending), 1);
    expect([moves(worse), alertsOf(worse)[0]?.labels['severity']]).toEqual([[], 'critical']);
    const fired = evaluate(waiting, series([{ v: 'a' }, 21]), alertsOf(worse), 2);
    expect(moves(fired)).toEqual(['a pending→firing held_for']);
  });

  it('keeps a severity of its own, and then tells of no change', () => {
    const fixed: Rule = { ...several, labels: templates({ severity: 'page' }) };
    const first = evaluate(fixed, series([{ v: 'a' }, 11]));
    const second = evaluate(fixed, series([{ v: 'a' }, 21]), alertsOf(first), 1);
    expect([moves(second), alertsOf(second)[0]?.labels['severity']]).toEqual([[], 'page']);
  });
});

describe('what an evaluation leaves to store', () => {
  it('is nothing while only time passes', () => {
    const rule = expr({ annotations: { summary: '{{ $value }}' } });
    const first = alertsOf(evaluate(rule, series([{ v: '1' }, 5])));
    const stored = first.map((alert): Alert => JSON.parse(JSON.stringify(alert), revive) as Alert);
    expect(evaluate(rule, series([{ v: '1' }, 5]), stored, 1).changes).toEqual([]);
    expect(evaluate(rule, series([{ v: '1' }, 6]), stored, 1).changes).toHaveLength(1);
  });

  it('is every alert’s end when there are more than the limit, or that of the youngest', () => {
    const one = alertsOf(evaluate(expr(), series([{ v: '1' }, 1])));
    const answer = series([{ v: '0' }, 1], [{ v: '1' }, 1]);
    const cleared = evaluate(expr(), answer, one, 1, 1);
    expect(cleared).toMatchObject({
      health: 'error',
      error: "2 alerts exceed the group's limit of 1: all are cleared",
      series: 2,
    });
    expect(moves(cleared)).toEqual(['1 firing→resolved limit_exceeded']);
    const truncated = evaluate(expr({ behaviour: { limit: 'truncate' } }), answer, one, 1, 1);
    expect(truncated).toMatchObject({
      health: 'ok',
      warning: "2 alerts exceed the group's limit of 1: the youngest 1 are cut",
      changes: [],
    });
  });

  it('counts alerts that are kept firing against the limit, as Prometheus does', () => {
    const rule = expr({ keepFiringForMs: 5 * MINUTE });
    const one = alertsOf(evaluate(rule, series([{ v: '1' }, 1])));
    expect(evaluate(rule, series([{ v: '2' }, 1]), one, 1, 1).health).toBe('error');
    expect(evaluate(expr(), series([{ v: '2' }, 1]), one, 1, 1).health).toBe('ok');
  });
});

describe('a template', () => {
  it('may name the metric, which no alert carries', () => {
    const rule = expr({ annotations: { what: '{{ $labels.__name__ }}' } });
    const [alert] = alertsOf(evaluate(rule, series([{ __name__: 'm', v: '1' }, 5])));
    expect([alert?.annotations, alert?.labels]).toEqual([{ what: 'm' }, { alertname: 'Low', v: '1' }]);
  });
});

/** Dates come back from the database as dates. */
function revive(_key: string, value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value;
}
