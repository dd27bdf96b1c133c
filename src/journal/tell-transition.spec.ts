import { describe, expect, it } from '@jest/globals';
import type { Alert, Transition } from '../alerts/alert.js';
import { tellTransition } from './tell-transition.js';

const AT = new Date('2026-03-10T12:00:00Z');
const alert = (more: Partial<Alert> = {}): Alert => ({
  source: 'iris.yml;iris;0;Low',
  fingerprint: 'f0',
  episode: 'e',
  labels: { alertname: 'Low' },
  annotations: {},
  state: 'firing',
  value: null,
  activeAt: AT,
  evaluatedAt: AT,
  ...more,
});
const moved = (from: Transition['from'], to: Transition['to'], reason: Transition['reason']): Transition => ({
  from,
  to,
  reason,
  at: AT,
});

describe('a state change in the journal', () => {
  it.each<[alert: Alert, transition: Transition, summary: string]>([
    [
      alert({ value: 0.123456, labels: { alertname: 'Low', model_name: 'iris' } }),
      moved('pending', 'firing', 'held_for'),
      'Low pending → firing (iris, value 0.1235): the condition held long enough',
    ],
    [
      alert({
        value: 0.88,
        evidence: { measure: 'accuracy', value: 0.88, threshold: 0.92, note: 'accuracy 0.88 of 340 labels' },
      }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (accuracy 0.88 of 340 labels): the condition was met',
    ],
    [
      alert({ value: 12 }),
      moved('firing', 'resolved', 'condition_cleared'),
      'Low firing → resolved (value 12): the condition no longer holds',
    ],
    [alert(), moved('firing', 'resolved', 'series_gone'), 'Low firing → resolved: its series ended'],
    [
      alert(),
      moved('firing', 'resolved', 'kept_firing_elapsed'),
      'Low firing → resolved: it stayed clear for keep_firing_for',
    ],
    [alert(), moved('firing', 'resolved', 'rule_removed'), 'Low firing → resolved: its rule was removed'],
    [alert(), moved('inactive', 'firing', 'received'), 'Low inactive → firing: it was received'],
    [
      alert(),
      moved('firing', 'resolved', 'received_resolved'),
      'Low firing → resolved: it was received as resolved',
    ],
    [alert(), moved('firing', 'resolved', 'expired'), 'Low firing → resolved: it was not sent again in time'],
    [alert(), moved('inactive', 'firing', 'raised'), 'Low inactive → firing: Retune raised it'],
    [
      alert({ labels: {} }),
      moved('firing', 'resolved', 'settled'),
      'an alert without a name firing → resolved: what it told of is over',
    ],
    [
      alert({ value: NaN }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (value NaN): the condition was met',
    ],
    [
      alert({ value: Infinity }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (value Infinity): the condition was met',
    ],
    [
      alert({ value: 1.5 }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (value 1.5): the condition was met',
    ],
    [
      alert({ value: 1e-9 }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (value 1e-9): the condition was met',
    ],
    [
      alert({ value: 123456.7 }),
      moved('inactive', 'firing', 'condition_met'),
      'Low inactive → firing (value 123500): the condition was met',
    ],
  ])('%#: reads as one sentence', (given, transition, summary) => {
    expect(tellTransition(given, transition).summary).toBe(summary);
  });

  it('can be found by model, rule and alert', () => {
    const given = alert({ labels: { alertname: 'Low', model_name: 'iris' }, value: 1 });
    expect(tellTransition(given, moved('inactive', 'firing', 'condition_met'))).toEqual({
      at: AT,
      kind: 'transition',
      summary: 'Low inactive → firing (iris, value 1): the condition was met',
      reason: 'condition_met',
      model: 'iris',
      rule: 'iris.yml;iris;0;Low',
      fingerprint: 'f0',
      details: { from: 'inactive', to: 'firing', labels: given.labels, value: 1, evidence: undefined },
    });
    expect(tellTransition(alert(), moved('inactive', 'firing', 'received'))).not.toHaveProperty('model');
  });
});
