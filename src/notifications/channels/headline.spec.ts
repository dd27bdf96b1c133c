import { describe, expect, it } from '@jest/globals';
import {
  ACCURACY_ALERT,
  ACCURACY_MESSAGE,
  MIXED_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../../test/contract/channels/sample-messages.js';
import type { Message, MessageAlert } from '../message.js';
import { headline } from './headline.js';
import { leadAlert } from './severity.js';

const about = (alert: Partial<MessageAlert>, more: Partial<Message> = {}): Message => ({
  ...ACCURACY_MESSAGE,
  alerts: [{ ...ACCURACY_ALERT, ...alert }],
  ...more,
});
const plain = { evidence: undefined, annotations: {} };

describe('a headline', () => {
  it.each([
    [
      'state, model, number, limit and severity',
      ACCURACY_MESSAGE,
      '🔴 iris-classifier accuracy 0.74 (limit 0.92) · critical',
    ],
    [
      'how long it was, once it is over',
      RESOLVED_MESSAGE,
      '✅ iris-classifier accuracy resolved after 2 h 10 min (was 0.74, limit 0.92) · critical',
    ],
    [
      'when it was, and why that is told only now',
      {
        ...RESOLVED_MESSAGE,
        reason: 'late',
        alerts: RESOLVED_MESSAGE.alerts.map((alert) => ({
          ...alert,
          late: { because: 'Slack answered 503 for 9m', untold: 1 },
        })),
      },
      '✅ iris-classifier accuracy fired 02:55 UTC, resolved 05:05 UTC after 2 h 10 min, and once before (was 0.74, limit 0.92), late because Slack answered 503 for 9m · critical',
    ],
    ['how many more fire', MIXED_MESSAGE, '🔴 iris-classifier accuracy 0.74 (limit 0.92) +2 more · critical'],
    [
      'how many more there are that are not listed',
      { ...ACCURACY_MESSAGE, truncatedAlerts: 40 },
      '🔴 iris-classifier accuracy 0.74 (limit 0.92) +40 more · critical',
    ],
    [
      'the environment',
      about({ labels: { ...ACCURACY_ALERT.labels, env: 'prod' } }),
      '🔴 iris-classifier accuracy 0.74 (limit 0.92) · prod · critical',
    ],
    [
      'the rule’s own words where no number was judged',
      about({
        ...plain,
        labels: { alertname: 'InstanceDown', severity: 'warning' },
        annotations: { summary: 'node-7 is\nunreachable' },
      }),
      '🟠 InstanceDown: node-7 is unreachable · warning',
    ],
    [
      'the value of a rule without words',
      about({ ...plain, labels: { alertname: 'LatencyHigh' }, value: 0.3123 }),
      '🔴 LatencyHigh 0.3123',
    ],
    [
      'the bare name where there is nothing else',
      about({ ...plain, labels: { alertname: 'Watchdog', severity: 'none' }, value: null }),
      '🔵 Watchdog · none',
    ],
    [
      'that there is no name',
      about({ ...plain, labels: { job: 'x' }, value: null }),
      '🔴 alert without a name',
    ],
    [
      'no number where none was measured',
      about({ evidence: { measure: 'error_rate', value: null, threshold: 0.01 } }),
      '🔴 iris-classifier error rate · critical',
    ],
    ['something even without alerts', { ...ACCURACY_MESSAGE, alerts: [] }, '🔴 flowers-team: firing'],
  ] satisfies [string, Message, string][])('tells %s', (_what, message, text) => {
    expect(headline(message)).toBe(text);
  });

  it('is led by the most severe, then the oldest alert that fires', () => {
    const [critical, warning, info, resolved] = MIXED_MESSAGE.alerts as [
      MessageAlert,
      MessageAlert,
      MessageAlert,
      MessageAlert,
    ];
    const older = { ...critical, startsAt: '2026-09-01T00:00:00.000Z' };
    expect(leadAlert([resolved, info, warning, critical, older])).toBe(older);
    expect(leadAlert([resolved, info, warning])).toBe(warning);
    expect(leadAlert([resolved, info])).toBe(info);
    expect(leadAlert([])).toBeUndefined();
  });
});
