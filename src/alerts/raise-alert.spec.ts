import { describe, expect, it } from '@jest/globals';
import type { Alert } from './alert.js';
import { fingerprint } from './fingerprint.js';
import { raiseAlert, raisedFingerprint, type RaisedAlert, settleAlert } from './raise-alert.js';

const T0 = new Date('2026-03-10T12:00:00Z');
const LATER = new Date('2026-03-10T12:05:00Z');
const raised: RaisedAlert = {
  source: 'notifications',
  labels: { severity: 'critical', alertname: 'RetuneDeliveryFailed', note: '' },
  annotations: { summary: 'not getting through' },
  evidence: { measure: 'attempts', value: 3, threshold: null },
  generatorUrl: 'http://retune/1',
};
const fired = raiseAlert(undefined, raised, T0);

describe('raising an alert', () => {
  it('makes it fire, under the fingerprint of its labels', () => {
    expect(fired).toEqual({
      alert: {
        source: 'notifications',
        fingerprint: fingerprint({ alertname: 'RetuneDeliveryFailed', severity: 'critical' }),
        episode: fired.alert.episode,
        labels: { alertname: 'RetuneDeliveryFailed', severity: 'critical' },
        annotations: raised.annotations,
        evidence: raised.evidence,
        generatorUrl: raised.generatorUrl,
        value: 3,
        state: 'firing',
        activeAt: T0,
        firedAt: T0,
        evaluatedAt: T0,
      },
      transition: { from: 'inactive', to: 'firing', reason: 'raised', at: T0 },
    });
    expect(raisedFingerprint(raised)).toBe(fired.alert.fingerprint);
  });

  it('has no value where there is no evidence', () => {
    const { evidence: _, ...bare } = raised;
    expect(raiseAlert(undefined, bare, T0).alert.value).toBeNull();
  });

  it('only refreshes what it shows while it fires', () => {
    const again = {
      ...raised,
      annotations: { summary: 'still not' },
      evidence: { ...raised.evidence, value: 4 },
    };
    const change = raiseAlert(fired.alert, again as RaisedAlert, LATER);
    expect(change.transition).toBeUndefined();
    expect(change.alert).toEqual({
      ...fired.alert,
      annotations: { summary: 'still not' },
      evidence: { ...raised.evidence, value: 4 },
      value: 4,
      evaluatedAt: LATER,
    });
  });

  it('is a new episode after it was settled', () => {
    const settled = settleAlert(fired.alert, LATER)?.alert as Alert;
    const change = raiseAlert(settled, raised, new Date(LATER.getTime() + 1));
    expect(change.transition).toMatchObject({ from: 'inactive', to: 'firing' });
    expect(change.alert.episode).not.toBe(fired.alert.episode);
    expect(change.alert).not.toHaveProperty('resolvedAt');
  });
});

describe('settling an alert', () => {
  it('ends it', () => {
    expect(settleAlert(fired.alert, LATER)).toEqual({
      alert: { ...fired.alert, state: 'resolved', resolvedAt: LATER, evaluatedAt: LATER },
      transition: { from: 'firing', to: 'resolved', reason: 'settled', at: LATER },
    });
  });

  it('does nothing to one that does not fire', () => {
    expect(settleAlert(undefined, LATER)).toBeUndefined();
    expect(settleAlert({ ...fired.alert, state: 'resolved' }, LATER)).toBeUndefined();
  });
});
