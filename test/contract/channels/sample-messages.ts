import fc from 'fast-check';
import type { Message, MessageAlert } from '../../../src/notifications/message.js';

/** One model alert as an accuracy rule makes it. */
export const ACCURACY_ALERT: MessageAlert = {
  status: 'firing',
  fingerprint: 'a1b2c3d4e5f60718',
  episode: '5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a11',
  labels: {
    alertname: 'IrisAccuracyLow',
    model_name: 'iris-classifier',
    model_version: '7',
    severity: 'critical',
    team: 'flowers',
  },
  annotations: {
    summary: 'The iris classifier is right too rarely.',
    description: 'Upstream moved to new sensors on Tuesday; check the input drift before retraining.',
    runbook_url: 'https://runbooks.example.org/iris?section=accuracy&view=full',
  },
  value: 0.74,
  evidence: {
    measure: 'accuracy',
    value: 0.74,
    threshold: 0.92,
    n: 1240,
    needed: 100,
    bound: 0.7634,
    reference: 'iris-7.json',
    moved: [
      { name: 'setosa', before: 0.33, now: 0.12 },
      { name: 'virginica', before: 0.33, now: 0.55 },
    ],
  },
  startsAt: '2026-09-03T02:55:00.000Z',
  generatorUrl: 'https://prometheus.example.org/graph?g0.expr=model_accuracy&g0.tab=1',
};

/** A message about {@link ACCURACY_ALERT} alone. */
export const ACCURACY_MESSAGE: Message = {
  id: '0f9d3c1e-6a2b-4c8d-9e7f-112233445566',
  receiver: 'flowers-team',
  groupId: '7f3c9ad05b1e4f6a8c2d0e9b7a5f3c1d7f3c9ad05b1e4f6a8c2d0e9b7a5f3c1d',
  groupKey: '{}/{team="flowers"}:{model_name="iris-classifier"}',
  status: 'firing',
  reason: 'first',
  groupLabels: { model_name: 'iris-classifier' },
  commonLabels: ACCURACY_ALERT.labels,
  commonAnnotations: ACCURACY_ALERT.annotations,
  alerts: [ACCURACY_ALERT],
  truncatedAlerts: 0,
  externalUrl: 'https://retune.example.org',
  at: '2026-09-03T03:11:20.000Z',
};

/** The same group once the alert is over. */
export const RESOLVED_MESSAGE: Message = {
  ...ACCURACY_MESSAGE,
  id: '0f9d3c1e-6a2b-4c8d-9e7f-112233445567',
  status: 'resolved',
  reason: 'all_resolved',
  alerts: [{ ...ACCURACY_ALERT, status: 'resolved', endsAt: '2026-09-03T05:05:00.000Z' }],
  at: '2026-09-03T05:06:00.000Z',
};

/** Several alerts, some of them over, from several rules and one from elsewhere. */
export const MIXED_MESSAGE: Message = {
  ...ACCURACY_MESSAGE,
  id: '0f9d3c1e-6a2b-4c8d-9e7f-112233445568',
  reason: 'new_alerts',
  commonLabels: { model_name: 'iris-classifier', team: 'flowers' },
  commonAnnotations: {},
  alerts: [
    ACCURACY_ALERT,
    {
      ...ACCURACY_ALERT,
      fingerprint: 'b1b2c3d4e5f60718',
      episode: '5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a12',
      labels: {
        alertname: 'IrisInputDrift',
        model_name: 'iris-classifier',
        feature: 'petal_length',
        severity: 'warning',
        team: 'flowers',
      },
      annotations: {},
      value: 0.31,
      evidence: { measure: 'jsd', value: 0.31, threshold: 0.1, n: 5400 },
    },
    {
      status: 'firing',
      fingerprint: 'c1b2c3d4e5f60718',
      episode: '5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a13',
      labels: {
        alertname: 'PodRestarts',
        model_name: 'iris-classifier',
        pod: 'iris-0',
        severity: 'info',
        team: 'flowers',
      },
      annotations: { summary: 'iris-0 restarted 4 times in 10 minutes' },
      value: null,
      startsAt: '2026-09-02T23:40:00.000Z',
    },
    {
      ...ACCURACY_ALERT,
      status: 'resolved',
      fingerprint: 'd1b2c3d4e5f60718',
      episode: '5b8f4e2a-91c7-8a3d-a1f0-3e6c9d2b7a14',
      labels: {
        alertname: 'IrisErrorBudgetBurn',
        model_name: 'iris-classifier',
        severity: 'critical',
        team: 'flowers',
      },
      annotations: {},
      value: 0.04,
      evidence: { measure: 'error_rate', value: 0.04, threshold: 0.01, n: 90_000 },
      endsAt: '2026-09-03T03:10:00.000Z',
    },
  ],
};

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '<!channel>',
    'a & b <c>',
    '👩‍🔬'.repeat(200),
    'x'.repeat(5000),
    '[x] "y" \'z\'',
    'critical',
    'a\r\nBcc: b',
  ),
);
const anyUrl = fc.oneof(
  anyText,
  fc.webUrl({ withQueryParameters: true }),
  fc.constant(`https://a.example.org/${'&'.repeat(3000)}`),
);
const anyNumber = fc.oneof(fc.double(), fc.constantFrom(0.74, 0, 1e9));
const anyTime = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const anyAlert: fc.Arbitrary<MessageAlert> = fc.record(
  {
    status: fc.constantFrom('firing', 'resolved'),
    fingerprint: fc.constant('a1b2c3d4e5f60718'),
    episode: fc.uuid(),
    labels: fc.dictionary(
      fc.oneof(
        fc.constantFrom('alertname', 'model_name', 'model_version', 'severity', 'env', 'team'),
        anyText,
      ),
      anyText,
      { maxKeys: 8 },
    ),
    annotations: fc
      .dictionary(fc.oneof(fc.constantFrom('summary', 'description'), anyText), anyText, { maxKeys: 3 })
      .chain((texts) => anyUrl.map((url) => ({ ...texts, runbook_url: url }))),
    value: fc.option(anyNumber),
    evidence: fc.record(
      {
        measure: anyText,
        value: fc.option(anyNumber),
        threshold: fc.option(anyNumber),
        n: fc.nat(),
        needed: fc.nat(),
        bound: anyNumber,
        reference: anyText,
        unproven: fc.boolean(),
        moved: fc.array(fc.record({ name: anyText, before: fc.double(), now: fc.double() }), {
          maxLength: 6,
        }),
        note: anyText,
      },
      { requiredKeys: ['measure', 'value', 'threshold'] },
    ),
    startsAt: anyTime,
    endsAt: anyTime,
    generatorUrl: anyUrl,
  },
  { requiredKeys: ['status', 'fingerprint', 'episode', 'labels', 'annotations', 'value', 'startsAt'] },
);

/** Messages with everything that may come from outside: odd, empty, hostile and very long. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    receiver: anyText,
    groupKey: anyText,
    reason: fc.constantFrom('first', 'new_alerts', 'some_resolved', 'all_resolved', 'repeat'),
    groupLabels: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
    alerts: fc.array(anyAlert, { maxLength: 8 }),
    truncatedAlerts: fc.constantFrom(0, 0, 7),
    at: anyTime,
  })
  .map((parts) => ({
    ...ACCURACY_MESSAGE,
    ...parts,
    status: parts.alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    commonLabels: parts.alerts[0]?.labels ?? {},
    commonAnnotations: parts.alerts[0]?.annotations ?? {},
  }));
