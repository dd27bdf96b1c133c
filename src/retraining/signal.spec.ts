import { describe, it, expect } from '@jest/globals';
import type { Evidence } from '../alerts/alert.js';
import { type OpenAlert, type Signal, explainAlert, signalOf } from './signal.js';

const evidence = (measure: string, more: Partial<Evidence> = {}): Evidence => ({
  measure,
  value: 0.88,
  threshold: 0.92,
  ...more,
});
const alert = (more: Partial<OpenAlert>): OpenAlert => ({
  alertname: 'Iris',
  labels: {},
  since: new Date(0),
  ...more,
});

describe('signalOf', () => {
  it.each<[string, Partial<OpenAlert>, Signal]>([
    [
      'an accuracy rule over labelled predictions',
      { kind: 'accuracy', evidence: evidence('accuracy', { n: 340 }) },
      'accuracy',
    ],
    [
      'an accuracy rule over a bare gauge',
      { kind: 'accuracy', evidence: evidence('accuracy', { n: 340, unproven: true }) },
      'unproven_accuracy',
    ],
    [
      'an accuracy rule without a sample size',
      { kind: 'accuracy', evidence: evidence('accuracy') },
      'unproven_accuracy',
    ],
    [
      'an accuracy rule with no sample at all',
      { kind: 'accuracy', evidence: evidence('accuracy', { n: 0 }) },
      'unproven_accuracy',
    ],
    ['an accuracy rule without evidence', { kind: 'accuracy' }, 'unproven_accuracy'],
    ['a drift rule', { kind: 'drift', evidence: evidence('jsd') }, 'input_drift'],
    ['a prediction drift rule', { kind: 'prediction_drift', evidence: evidence('jsd') }, 'prediction_drift'],
    ['an error-rate rule', { kind: 'error_rate' }, 'data_quality'],
    [
      'an error budget that burns fast',
      { kind: 'error_rate', evidence: evidence('burn_rate') },
      'data_quality',
    ],
    [
      'an error budget that burns slowly',
      { kind: 'error_rate', evidence: evidence('slow_burn_rate') },
      'other',
    ],
    ['a staleness rule', { kind: 'staleness' }, 'data_quality'],
    ['a model that is old', { kind: 'staleness', evidence: evidence('model_age') }, 'other'],
    [
      'an accuracy that is only possibly stale',
      { kind: 'staleness', evidence: evidence('accuracy_changes', { unproven: true }) },
      'other',
    ],
    ['a latency rule', { kind: 'latency' }, 'other'],
    ['plain PromQL that names nothing', { kind: 'expr', alertname: 'ModelIsBad' }, 'declared'],
    ['plain PromQL called drift', { kind: 'expr', alertname: 'IrisFeatureDrift' }, 'input_drift'],
    [
      'plain PromQL that rests on a bare gauge',
      { kind: 'expr', evidence: evidence('expr', { unproven: true }) },
      'unproven_accuracy',
    ],
    ['an alert from outside', { alertname: 'ModelAccuracyLow' }, 'declared'],
    [
      'an alert from outside called prediction drift',
      { alertname: 'PredictionDriftHigh' },
      'prediction_drift',
    ],
    [
      'an alert from outside whose label says drift',
      { alertname: 'Iris', labels: { category: 'drift' } },
      'input_drift',
    ],
    ['an alert from outside that measures PSI', { evidence: evidence('psi') }, 'input_drift'],
    [
      'an alert from outside that proves accuracy',
      { evidence: evidence('accuracy', { n: 500 }) },
      'accuracy',
    ],
    ['a kind nobody knows yet', { kind: 'calibration', alertname: 'CalibrationOff' }, 'declared'],
  ])('reads %s', (_what, more, signal) => {
    expect(signalOf(alert(more))).toBe(signal);
  });
});

describe('explainAlert', () => {
  it.each<[Partial<OpenAlert>, string]>([
    [{ evidence: evidence('accuracy', { n: 340.6 }) }, 'Iris (accuracy 0.88, threshold 0.92, n=341)'],
    [{ evidence: evidence('jsd', { value: 0.123456, threshold: null }) }, 'Iris (jsd 0.1235)'],
    [{ evidence: evidence('age', { value: null }) }, 'Iris (age unknown, threshold 0.92)'],
    [{}, 'Iris'],
  ])('writes %j as one phrase', (more, text) => expect(explainAlert(alert(more))).toBe(text));
});
