import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Labels } from '../alerts/labels.js';
import { commonPairs, composeMessage, MAX_ALERTS_LISTED, sortAlerts } from './compose-message.js';
import type { MessageAlert } from './message.js';

const alert = (status: MessageAlert['status'], labels: Labels, annotations: Labels = {}): MessageAlert => ({
  status,
  fingerprint: JSON.stringify(labels),
  episode: 'e',
  labels,
  annotations,
  value: null,
  startsAt: '2026-03-10T12:00:00.000Z',
});
const frame = {
  id: 'id',
  receiver: 'team',
  groupId: 'g',
  groupKey: '{}:{}',
  reason: 'first',
  groupLabels: {},
  externalUrl: 'http://retune.example',
  at: '2026-03-10T12:00:00.000Z',
};

describe('the alerts of a message', () => {
  it('stand firing first, then by job and by instance where they have one, then by how many labels there are and what they are', () => {
    const alerts = [
      alert('resolved', { alertname: 'A', job: 'a' }),
      alert('firing', { alertname: 'B', job: 'b', instance: '1' }),
      alert('firing', { alertname: 'A', job: 'b', instance: '2' }),
      alert('firing', { zone: 'x', alertname: 'A', job: 'b', instance: '1' }),
      alert('firing', { alertname: 'Z' }),
    ];
    expect(
      sortAlerts(alerts).map(({ labels }) => `${labels['alertname']}${labels['instance'] ?? ''}`),
    ).toEqual(['B1', 'A1', 'A2', 'Z', 'A']);
  });

  it('stand in the same order however they came', () => {
    const labels = fc.dictionary(fc.constantFrom('job', 'instance', 'zone'), fc.constantFrom('1', '2'));
    const alerts = fc.uniqueArray(
      fc
        .tuple(fc.constantFrom<MessageAlert['status']>('firing', 'resolved'), labels)
        .map(([s, l]) => alert(s, l)),
      {
        selector: ({ status, labels: each }) => [status, each['job'], each['instance'], each['zone']].join(),
      },
    );
    fc.assert(
      fc.property(alerts, (given) => {
        expect(sortAlerts(given.toReversed())).toEqual(sortAlerts(given));
      }),
    );
  });
});

describe('what label sets have in common', () => {
  it.each<[sentence: string, sets: readonly Labels[], common: Labels]>([
    ['is nothing when there are none', [], {}],
    ['is all of a single one', [{ a: '1', b: '2' }], { a: '1', b: '2' }],
    [
      'is what has one value everywhere',
      [
        { a: '1', b: '2' },
        { a: '1', b: '3' },
        { b: '2', a: '1' },
      ],
      { a: '1' },
    ],
    ['is nothing that one of them lacks', [{ a: '1' }, {}], {}],
    ['is nothing that every object inherits', [{ constructor: 'x' }, {}], {}],
  ])('%s', (_sentence, sets, common) => {
    expect(commonPairs(sets)).toEqual(common);
  });
});

describe('a message', () => {
  it('is about what its alerts have in common', () => {
    const message = composeMessage(frame, [
      alert('resolved', { alertname: 'A', zone: '1' }, { summary: 's', note: '1' }),
      alert('firing', { alertname: 'A', zone: '2' }, { summary: 's' }),
    ]);
    expect(message).toMatchObject({
      ...frame,
      status: 'firing',
      commonLabels: { alertname: 'A' },
      commonAnnotations: { summary: 's' },
      truncatedAlerts: 0,
    });
    expect(message.alerts.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('is resolved when all its alerts are', () => {
    expect(composeMessage(frame, [alert('resolved', {})]).status).toBe('resolved');
  });

  it('lists as many alerts as people can read, firing ones first, and counts the rest', () => {
    const many = Array.from({ length: MAX_ALERTS_LISTED + 20 }, (_, index) =>
      alert(index < 30 ? 'resolved' : 'firing', { alertname: 'A', index: String(index).padStart(4, '0') }),
    );
    const message = composeMessage(frame, many);
    expect(message.alerts).toHaveLength(MAX_ALERTS_LISTED);
    expect(message.truncatedAlerts).toBe(20);
    expect(message.status).toBe('firing');
    expect(message.alerts.filter(({ status }) => status === 'resolved')).toHaveLength(10);
  });
});
