import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  ACCURACY_ALERT,
  ACCURACY_MESSAGE,
  MIXED_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../../../test/contract/channels/sample-messages.js';
import { WebhookConfig } from './config.js';
import { MAX_BYTES, webhookBody, webhookPayload } from './payload.js';
import type { WebhookPayload } from './payload.js';
import { signatureHeaders } from './signature.js';

describe('a webhook body', () => {
  it('is version 4 of Alertmanager’s format, key by key', () => {
    const message = { ...ACCURACY_MESSAGE, receiver: 'flowers.team+1' };
    expect(webhookBody(message, 0)).toBe(
      JSON.stringify({
        receiver: 'flowers\\.team\\+1',
        status: 'firing',
        alerts: [
          {
            status: 'firing',
            labels: ACCURACY_ALERT.labels,
            annotations: ACCURACY_ALERT.annotations,
            startsAt: '2026-09-03T02:55:00.000Z',
            endsAt: '0001-01-01T00:00:00Z',
            generatorURL: 'https://prometheus.example.org/graph?g0.expr=model_accuracy&g0.tab=1',
            fingerprint: 'a1b2c3d4e5f60718',
          },
        ],
        groupLabels: { model_name: 'iris-classifier' },
        commonLabels: ACCURACY_ALERT.labels,
        commonAnnotations: ACCURACY_ALERT.annotations,
        externalURL: 'https://retune.example.org',
        version: '4',
        groupKey: '{}/{team="flowers"}:{model_name="iris-classifier"}',
        truncatedAlerts: 0,
        notification_reason: 'first notification',
        routeLabels: {},
      }),
    );
  });

  it('tells when an alert ended', () => {
    expect(webhookPayload(RESOLVED_MESSAGE, 0)).toMatchObject({
      status: 'resolved',
      notification_reason: 'all alerts resolved',
      alerts: [{ status: 'resolved', endsAt: '2026-09-03T05:05:00.000Z' }],
    });
  });

  it('lists alerts by their labels, whether they fire or not, as Alertmanager does', () => {
    const named = (alertname: string, status: 'firing' | 'resolved') => ({
      ...ACCURACY_ALERT,
      status,
      labels: { alertname },
    });
    const alerts = [named('B', 'firing'), named('C', 'firing'), named('A', 'resolved')];
    const told = (limit: number) =>
      webhookPayload({ ...MIXED_MESSAGE, alerts }, limit).alerts.map(({ labels }) => labels['alertname']);
    expect(told(0)).toEqual(['A', 'B', 'C']);
    expect(told(2)).toEqual(['B', 'C']);
  });

  it('cut to max_alerts counts what is missing, and shares labels among what is left', () => {
    const payload = webhookPayload({ ...MIXED_MESSAGE, truncatedAlerts: 3 }, 1);
    expect(payload).toMatchObject({
      truncatedAlerts: 6,
      commonLabels: ACCURACY_ALERT.labels,
      commonAnnotations: ACCURACY_ALERT.annotations,
    });
    expect(payload.alerts).toHaveLength(1);
  });

  it('cut to resolved alerts still says that the group fires', () => {
    const alerts = MIXED_MESSAGE.alerts.toReversed();
    expect(webhookPayload({ ...MIXED_MESSAGE, alerts }, 1)).toMatchObject({
      status: 'firing',
      alerts: [{ status: 'resolved' }],
    });
  });

  it('is cut further where it would be too long to send', () => {
    const long = { ...ACCURACY_ALERT, annotations: { description: 'ü'.repeat(5000) } };
    const body = webhookBody({ ...ACCURACY_MESSAGE, alerts: Array.from({ length: 500 }, () => long) }, 0);
    const { alerts, truncatedAlerts } = JSON.parse(body) as WebhookPayload;
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    expect(alerts.length).toBeGreaterThan(50);
    expect(alerts.length + truncatedAlerts).toBe(500);
  });
});

describe('a signature', () => {
  const SECRETS = [
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_bmV3IHNlY3JldCBvZiB0aGUgdGVhbQ==',
  ] as const;
  const body = '{"a":"🔴"}';

  it('is one that the official library accepts, for the old secret and for the new', () => {
    const headers = signatureHeaders('msg_1', body, ` ${SECRETS.join('\n')} `, new Date());
    for (const secret of SECRETS) expect(new Webhook(secret).verify(body, headers)).toEqual({ a: '🔴' });
    expect(() => new Webhook('whsec_c29tZXRoaW5nIGVsc2U=').verify(body, headers)).toThrow();
    expect(() => new Webhook(SECRETS[0]).verify(`${body} `, headers)).toThrow();
  });

  it('may be made with any text as the secret', () => {
    const headers = signatureHeaders('msg_1', body, 'just a text', new Date());
    expect(new Webhook('just a text', { format: 'raw' }).verify(body, headers)).toEqual({ a: '🔴' });
  });
});

describe('webhook_configs', () => {
  it.each([
    ['no address', {}, /expected url or url_file/],
    ['two addresses', { url: 'https://a/', url_file: '/b' }, /url and url_file are both written/],
    ['an address that is none', { url: 'sink.example.org' }, /expected an address such as https:/],
    [
      'a body that does not parse',
      { url: 'https://a/', payload: { a: ['{{ .x'] } },
      /"payload","a",0.*1:1 this action/,
    ],
    [
      'an address that does not parse',
      { url: 'https://a/{{ nope }}' },
      /does not parse, at its line 1, column 14/,
    ],
    ['a negative limit', { url: 'https://a/', max_alerts: -1 }, /0 for no limit/],
  ])('with %s are refused', (_what, raw, message) => {
    const issues = WebhookConfig.safeParse(raw).error?.issues ?? [];
    expect(JSON.stringify(issues)).toMatch(message);
    expect(issues).toHaveLength(1);
  });
});
