import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventFaults } from '../../../../test/contract/channels/pagerduty-event.js';
import {
  ACCURACY_ALERT,
  ACCURACY_MESSAGE,
  anyMessage,
  MIXED_MESSAGE,
  RESOLVED_MESSAGE,
} from '../../../../test/contract/channels/sample-messages.js';
import { PagerdutyConfig } from './config.js';
import { MAX_BYTES, pagerdutyEvent } from './payload.js';

const KEY = 'R0123456789abcdef0123456789abcde';
const config = PagerdutyConfig.parse({ routing_key: KEY });

describe('a PagerDuty event', () => {
  it('of a model alert opens an incident that tells number, limit and where to go', () => {
    expect(pagerdutyEvent(ACCURACY_MESSAGE, config, KEY)).toEqual({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: '1d68b4f89c73960d57fa5035bbf9b906574bf4f3985c77902f473405d878f691',
      client: 'Retune',
      client_url: 'https://retune.example.org/alerts/5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11',
      links: [
        { href: 'https://retune.example.org/alerts/5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11', text: 'Open' },
        { href: 'https://runbooks.example.org/iris?section=accuracy&view=full', text: 'Runbook' },
        { href: 'https://prometheus.example.org/graph?g0.expr=model_accuracy&g0.tab=1', text: 'Query' },
      ],
      payload: {
        summary: 'iris-classifier accuracy 0.74 (limit 0.92) · critical',
        source: 'iris-classifier',
        severity: 'critical',
        timestamp: '2026-09-03T02:55:00.000Z',
        component: 'iris-classifier',
        group: 'flowers',
        class: 'IrisAccuracyLow',
        custom_details: {
          Value: '0.74',
          Limit: '0.92',
          'Based on': '1,240 events (100 needed)',
          Bound: '0.7634',
          'Compared with': 'iris-7.json',
          'Firing since': '02:55 UTC (16 min 20 s)',
          Version: '7',
          Owner: 'flowers',
          about:
            'The iris classifier is right too rarely.\nUpstream moved to new sensors on Tuesday; check the input drift before retraining.\nMoved most: setosa 33\u00A0% → 12\u00A0%, virginica 33\u00A0% → 55\u00A0%',
          firing: 'iris-classifier accuracy 0.74 (limit 0.92) · since 02:55 UTC',
          resolved: '',
          num_firing: 1,
          num_resolved: 0,
          receiver: 'flowers-team',
          group: '{}/{team="flowers"}:{model_name="iris-classifier"}',
        },
      },
    });
  });

  it('closes the incident with the key that opened it, and with nothing else', () => {
    const { dedup_key } = pagerdutyEvent(ACCURACY_MESSAGE, config, KEY);
    expect(pagerdutyEvent(RESOLVED_MESSAGE, config, KEY)).toEqual({
      routing_key: KEY,
      event_action: 'resolve',
      dedup_key,
    });
  });

  it('keeps its key while alerts of the group come and go', () => {
    expect(pagerdutyEvent(MIXED_MESSAGE, config, KEY).dedup_key).toBe(
      pagerdutyEvent(ACCURACY_MESSAGE, config, KEY).dedup_key,
    );
  });

  it.each([
    ['critical', 'critical'],
    ['page', 'critical'],
    ['error', 'error'],
    ['high', 'error'],
    ['Warning', 'warning'],
    ['info', 'info'],
    ['none', 'info'],
    ['P1', 'error'],
    [undefined, 'error'],
  ])('of severity %s is %s', (word, severity) => {
    const labels: Record<string, string> = word === undefined ? {} : { severity: word };
    const event = pagerdutyEvent(
      { ...ACCURACY_MESSAGE, alerts: [{ ...ACCURACY_ALERT, labels }] },
      config,
      KEY,
    );
    expect(event).toMatchObject({ payload: { severity } });
  });

  it('takes what the operator wrote', () => {
    const own = {
      description: 'ML is on fire',
      severity: '{{ .CommonLabels.severity }}',
      source: 'ml',
      component: 'c',
      group: 'g',
      class: 'k',
    };
    const event = pagerdutyEvent(
      ACCURACY_MESSAGE,
      { ...config, ...own, client: 'us', client_url: 'https://us.example.org/' },
      KEY,
    );
    expect(event).toMatchObject({
      client: 'us',
      client_url: 'https://us.example.org/',
      payload: {
        summary: 'ML is on fire',
        severity: 'critical',
        source: 'ml',
        component: 'c',
        group: 'g',
        class: 'k',
      },
    });
  });

  it('leaves its details out rather than being refused for its size', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`l${index}`, 'ü'.repeat(5000)]),
    );
    const alerts = Array.from({ length: 500 }, () => ({
      ...ACCURACY_ALERT,
      labels: { ...ACCURACY_ALERT.labels, ...labels },
    }));
    const body = JSON.stringify(
      pagerdutyEvent({ ...ACCURACY_MESSAGE, alerts, receiver: 'r'.repeat(600_000) }, config, KEY),
    );
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES);
    expect(body).toContain(
      'left out: the whole event is larger than PagerDuty takes; see https://retune.example.org',
    );
    expect(eventFaults(body)).toEqual([]);
  });

  it('in its reduced form keeps what pages and drops what could be refused', () => {
    expect(pagerdutyEvent(ACCURACY_MESSAGE, config, KEY, true)).toMatchObject({
      links: [],
      payload: {
        summary: 'iris-classifier accuracy 0.74 (limit 0.92) · critical',
        custom_details: { details: expect.stringContaining('refused') },
      },
    });
  });

  it('is one that PagerDuty takes, whatever the alerts are', () => {
    fc.assert(
      fc.property(anyMessage, fc.boolean(), (message, reduced) => {
        expect(eventFaults(JSON.stringify(pagerdutyEvent(message, config, KEY, reduced)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
