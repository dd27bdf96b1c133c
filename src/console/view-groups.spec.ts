import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import { DEFAULT_BEHAVIOUR, type Rule, type RuleGroup } from '../rules/rule.js';
import type { RuleStatus } from '../evaluation/group.store.js';
import { viewGroups } from './view-groups.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));
const rule = (index: number, alert: string, more: Partial<Rule> = {}): Rule => ({
  key: `iris.yml;iris;${index};${alert}`,
  alert,
  kind: 'expr',
  query: 'up == 0',
  forMs: 90_000,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  absentMeansClear: true,
  behaviour: DEFAULT_BEHAVIOUR,
  queries: [],
  selectors: [],
  judge: () => [],
  ...more,
});
const group: RuleGroup = {
  key: 'iris.yml;iris',
  name: 'iris',
  file: 'iris.yml',
  intervalMs: 30_000,
  queryOffsetMs: 0,
  limit: 0,
  rules: [rule(0, 'Down'), rule(1, 'Low', { kind: 'accuracy', model: 'iris' })],
};
const health = (more: Partial<RuleStatus> = {}): RuleStatus => ({
  health: 'ok',
  lastError: null,
  warning: null,
  since: null,
  lastSlot: at(0),
  series: 2,
  worst: 7,
  ...more,
});
const alert = (source: string, state: Alert['state'], alertname = ''): Alert =>
  ({ source, state, labels: { alertname } }) as unknown as Alert;
const [down, low] = group.rules.map(({ key }) => key) as [string, string];

describe('a rule group, as the API shows it', () => {
  it('says when it was and will be evaluated, and how long that took', () => {
    const status = {
      key: group.key,
      lastSlot: at(0),
      nextDueAt: at(30),
      missedTotal: 3,
      lastDurationMs: 12,
    } as Parameters<typeof viewGroups>[1][number];
    expect(viewGroups([group], [status], new Map(), [])[0]).toMatchObject({
      name: 'iris',
      file: 'iris.yml',
      interval: '30s',
      lastEvaluation: at(0).toISOString(),
      nextEvaluation: at(30).toISOString(),
      missedSlots: 3,
      evaluationMs: 12,
    });
  });

  it('says so when it was never evaluated', () => {
    const [view] = viewGroups([group], [], new Map(), []);
    expect(view).toMatchObject({ missedSlots: 0, evaluationMs: null });
    expect(view).not.toHaveProperty('lastEvaluation');
    expect(view?.rules.map(({ state, health: word, series }) => [state, word, series])).toEqual([
      ['unknown', 'unknown', 0],
      ['unknown', 'unknown', 0],
    ]);
  });

  it('shows what each rule asks, how it fares and how many alerts it has', () => {
    const healthByRule = new Map([
      [down, health({ since: at(0), warning: '12 alerts exceed the limit' })],
      [low, health({ health: 'error', lastError: 'timeout: no answer in time', lastSlot: null })],
    ]);
    const open = [
      alert(down, 'pending'),
      alert(down, 'firing'),
      alert('alertmanager', 'firing'),
      alert(low, 'firing', 'RetuneRuleFailing'),
    ];
    expect(viewGroups([group], [], healthByRule, open)[0]?.rules).toEqual([
      {
        key: down,
        name: 'Down',
        kind: 'expr',
        query: 'up == 0',
        state: 'firing',
        health: 'ok',
        healthSince: at(0).toISOString(),
        warning: '12 alerts exceed the limit',
        lastEvaluation: at(0).toISOString(),
        for: '1m30s',
        keepFiringFor: '0s',
        series: 2,
        worst: 7,
        alerts: 2,
      },
      {
        key: low,
        name: 'Low',
        kind: 'accuracy',
        query: 'up == 0',
        model: 'iris',
        state: 'inactive',
        health: 'error',
        lastError: 'timeout: no answer in time',
        for: '1m30s',
        keepFiringFor: '0s',
        series: 2,
        worst: 7,
        alerts: 0,
      },
    ]);
  });

  it.each<[states: readonly Alert['state'][], state: string]>([
    [[], 'inactive'],
    [['pending'], 'pending'],
    [['pending', 'firing', 'pending'], 'firing'],
  ])('has a rule with alerts that are %j stand as %s', (states, state) => {
    const open = states.map((each) => alert(down, each));
    expect(viewGroups([group], [], new Map([[down, health()]]), open)[0]?.rules[0]?.state).toBe(state);
  });
});
