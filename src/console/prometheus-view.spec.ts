import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import type { GroupStatus } from '../evaluation/group.store.js';
import { DEFAULT_BEHAVIOUR, type Rule, type RuleGroup } from '../rules/rule.js';
import type { Template } from '../templates/template.js';
import { viewPrometheusAlert, viewPrometheusGroups } from './prometheus-view.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));
const written = (source: string): Template => ({ source, render: () => 'expanded' });
const rule = (key: string, more: Partial<Rule> = {}): Rule => ({
  key,
  alert: 'Down',
  kind: 'expr',
  query: 'up == 0',
  forMs: 90_000,
  keepFiringForMs: 500,
  labels: { severity: written('{{ $labels.tier }}') },
  annotations: { summary: written('{{ $value }}') },
  absentMeansClear: true,
  behaviour: DEFAULT_BEHAVIOUR,
  queries: [],
  selectors: [],
  judge: () => [],
  ...more,
});
const group = (file: string, name: string, ...rules: readonly Rule[]): RuleGroup => ({
  key: `${file};${name}`,
  name,
  file,
  intervalMs: 1500,
  queryOffsetMs: 0,
  limit: 7,
  rules,
});
const alert = (more: Partial<Alert> = {}): Alert =>
  ({
    source: 'r',
    labels: { alertname: 'Down', job: 'x' },
    annotations: { summary: 'expanded' },
    state: 'firing',
    value: 0.78,
    activeAt: at(1),
    ...more,
  }) as Alert;
const status = {
  key: 'a.yml;g',
  lastSlot: at(9),
  nextDueAt: at(10),
  missedTotal: 0,
  lastDurationMs: 12,
} satisfies GroupStatus;
const health = (text: string, lastError: string | null = null) =>
  new Map([['r', { health: text, lastError, lastSlot: at(9) }]]);

describe("a group in Prometheus' words", () => {
  it('has every field, in seconds, with labels and annotations as written', () => {
    expect(viewPrometheusGroups([group('a.yml', 'g', rule('r'))], [status], health('ok'), [alert()])).toEqual(
      [
        {
          name: 'g',
          file: 'a.yml',
          interval: 1.5,
          limit: 7,
          evaluationTime: 0.012,
          lastEvaluation: '2026-03-10T12:00:09.000Z',
          rules: [
            {
              state: 'firing',
              name: 'Down',
              query: 'up == 0',
              duration: 90,
              keepFiringFor: 0.5,
              labels: { severity: '{{ $labels.tier }}' },
              annotations: { summary: '{{ $value }}' },
              alerts: [viewPrometheusAlert(alert())],
              health: 'ok',
              evaluationTime: 0.012,
              lastEvaluation: '2026-03-10T12:00:09.000Z',
              type: 'alerting',
            },
          ],
        },
      ],
    );
  });

  it('says "not yet" as Go does', () => {
    const [shown] = viewPrometheusGroups([group('a.yml', 'g', rule('r'))], [], new Map(), []);
    expect([shown?.evaluationTime, shown?.lastEvaluation]).toEqual([0, '0001-01-01T00:00:00Z']);
    expect(shown?.rules[0]).toMatchObject({
      state: 'unknown',
      health: 'unknown',
      lastEvaluation: '0001-01-01T00:00:00Z',
    });
  });

  it('stands in the order of file and name, compared as bytes', () => {
    const groups = [
      group('b.yml', 'a'),
      group('a.yml', 'b'),
      group('a.yml', 'B'),
      group('a.yml', '\u{1f600}'),
    ];
    expect(viewPrometheusGroups(groups, [], new Map(), []).map(({ file, name }) => file + name)).toEqual([
      'a.ymlB',
      'a.ymlb',
      'a.yml\u{1f600}',
      'b.ymla',
    ]);
  });

  it.each([
    ['ok', 'ok', undefined],
    ['error', 'err', 'timeout: late'],
    ['no_data', 'unknown', undefined],
    ['insufficient_data', 'unknown', undefined],
    ['stale', 'unknown', undefined],
    ['no_match', 'ok', undefined],
  ])('tells the health %s as %s', (ours, theirs, error) => {
    const [shown] = viewPrometheusGroups(
      [group('a.yml', 'g', rule('r'))],
      [status],
      health(ours, error ?? null),
      [],
    );
    expect(shown?.rules[0]).toMatchObject({ health: theirs, state: 'inactive', alerts: [] });
    expect(shown?.rules[0]?.lastError).toBe(error);
  });

  it('takes the worst state of its alerts, and leaves out those about the rule itself', () => {
    const state = (...alerts: readonly Alert[]): string | undefined =>
      viewPrometheusGroups([group('a.yml', 'g', rule('r'))], [status], health('ok'), alerts)[0]?.rules[0]
        ?.state;
    expect(state(alert({ state: 'pending' }), alert())).toBe('firing');
    expect(state(alert({ state: 'pending' }))).toBe('pending');
    expect(state(alert({ labels: { alertname: 'RetuneRuleFailing' } }))).toBe('inactive');
  });
});

describe("an alert in Prometheus' words", () => {
  it.each<[number | null, string]>([
    [0.78, '7.8e-01'],
    [1_234_567, '1.234567e+06'],
    [0, '0e+00'],
    [Infinity, '+Inf'],
    [NaN, 'NaN'],
    [null, 'NaN'],
  ])('shows the value %p as %s', (value, text) => {
    expect(viewPrometheusAlert(alert({ value })).value).toBe(text);
  });

  it('says since when it is only kept', () => {
    expect(viewPrometheusAlert(alert())).not.toHaveProperty('keepFiringSince');
    expect(viewPrometheusAlert(alert({ keepFiringSince: at(5) })).keepFiringSince).toBe(
      '2026-03-10T12:00:05.000Z',
    );
  });
});
