import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { exprCondition } from '../rules/expr-condition.js';
import type { Rule, RuleGroup } from '../rules/rule.js';
import { compileAlertTemplate } from '../templates/compile-alert-template.js';
import type { Template } from '../templates/template.js';
import { isCompanion, stepCompanions } from './companion-alerts.js';
import type { RuleStanding } from './rule-health.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));
const surroundings = { externalLabels: {}, externalUrl: '', prometheusAddress: '' };
const group = { name: 'g' } as RuleGroup;
const template = (text: string): Template => {
  const compiled = compileAlertTemplate(text, 'label');
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.template;
};
const rule = (retune: object = {}, more: Partial<Rule> = {}): Rule => ({
  ...exprCondition('m > 1', retune),
  key: 'f;g;0;Low',
  alert: 'Low',
  forMs: 0,
  keepFiringForMs: 0,
  labels: { severity: template('critical'), pod: template('{{ $labels.pod }}') },
  annotations: {},
  selectors: ['m'],
  ...more,
});
const standing = (health: RuleStanding['health'], evaluations = 9): RuleStanding => ({
  health,
  evaluations,
  since: at(0),
  ...(health === 'error' ? { error: 'bad_query: no' } : {}),
});
const told = (of: Rule, state: RuleStanding, open: readonly Alert[] = [], minute = 1) =>
  stepCompanions(of, group, state, open, at(minute), surroundings).map(
    ({ alert, transition }) => `${alert.labels['alertname']} ${transition?.from}→${transition?.to}`,
  );
const raised = (of: Rule, state: RuleStanding): Alert =>
  stepCompanions(of, group, state, [], at(0), surroundings)[0]?.alert as Alert;

describe('the alerts about a rule', () => {
  it.each<[sentence: string, rule: Rule, standing: RuleStanding, told: readonly string[]]>([
    ['a rule that is well', rule(), standing('ok'), []],
    ['no data and nothing said about it', rule(), standing('no_data'), []],
    ['no data, once', rule({ on_no_data: 'alert' }), standing('no_data', 1), []],
    [
      'no data, twice',
      rule({ on_no_data: 'alert' }),
      standing('no_data', 2),
      ['RetuneRuleNoData inactive→firing'],
    ],
    ['stale', rule({ on_no_data: 'alert' }), standing('stale', 2), ['RetuneRuleNoData inactive→firing']],
    ['too few events', rule({ on_no_data: 'alert' }), standing('insufficient_data', 9), []],
    ['failing twice', rule(), standing('error', 2), []],
    ['failing three times', rule(), standing('error', 3), ['RetuneRuleFailing inactive→firing']],
    [
      'failing at all',
      rule({ on_error: 'alert' }),
      standing('error', 0),
      ['RetuneRuleFailing inactive→firing'],
    ],
    [
      'failing, with a for',
      rule({ on_error: 'alert' }, { forMs: 60_000 }),
      standing('error', 0),
      ['RetuneRuleFailing inactive→pending'],
    ],
  ])('%s', (_sentence, of, state, expected) => {
    expect(told(of, state)).toEqual(expected);
  });

  it('carry the rule’s labels as far as they hold without a series, its name and its group', () => {
    expect(raised(rule({ on_error: 'alert' }), standing('error')).labels).toEqual({
      alertname: 'RetuneRuleFailing',
      rule: 'Low',
      rule_group: 'g',
      severity: 'critical',
    });
    expect(raised(rule({}, { model: 'iris' }), standing('error')).labels).toMatchObject({
      model_name: 'iris',
      severity: 'warning',
    });
  });

  it('are trouble with the data to retraining', () => {
    expect(raised(rule(), standing('error')).evidence).toMatchObject({
      kind: 'staleness',
      note: 'bad_query: no',
    });
  });

  it('end when the rule is well again, and stay while nothing can be said', () => {
    const noData = raised(rule({ on_no_data: 'alert' }), standing('no_data'));
    const patient = rule({ on_no_data: 'alert' });
    expect(told(patient, standing('error', 1), [noData])).toEqual([]);
    expect(told(patient, standing('insufficient_data'), [noData])).toEqual([
      'RetuneRuleNoData firing→resolved',
    ]);
    expect(told(patient, standing('ok'), [noData])).toEqual(['RetuneRuleNoData firing→resolved']);
    expect(told(rule(), standing('no_data'), [noData])).toEqual(['RetuneRuleNoData firing→resolved']);
  });

  it('begin anew under the labels a reload gave them', () => {
    const before = raised(rule(), standing('error'));
    const renamed = rule({}, { labels: { team: template('b') } });
    expect(told(renamed, standing('error'), [before])).toEqual([
      'RetuneRuleFailing firing→resolved',
      'RetuneRuleFailing inactive→firing',
    ]);
  });
});

it('an alert of a rule that has the same name is the rule’s own', () => {
  const alert = raised(rule(), standing('error'));
  expect(isCompanion(alert, rule())).toBe(true);
  expect(isCompanion(alert, rule({}, { alert: 'RetuneRuleFailing' }))).toBe(false);
});
