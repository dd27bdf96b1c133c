import { describe, expect, it } from '@jest/globals';
import type { TransitionRow } from '../alerts/alert.js';
import type { Labels } from '../alerts/labels.js';
import type { ChannelDecision } from './flush-group.js';
import type { MessageAlert } from './message.js';
import { tellNoRoute, tellNotified, tellSuppressed } from './tell-notification.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const group = {
  id: 'g',
  route_id: '0',
  receiver: 'team',
  display_key: '{}:{}',
  group_labels: {},
  next_flush_at: NOW,
  flushed_at: null,
};
const alert = (labels: Labels): MessageAlert => ({
  status: 'firing',
  fingerprint: 'f0',
  episode: 'e',
  labels,
  annotations: {},
  value: null,
  startsAt: NOW.toISOString(),
});
const low = { alertname: 'Low', model_name: 'iris' };
const decision = (alerts: readonly MessageAlert[]): Extract<ChannelDecision, { send: true }> => ({
  channel: 'team/slack/0',
  send: true,
  reason: 'first',
  alerts,
  entry: { firing: ['f0', 'f1'], resolved: ['f2'], notifiedAt: NOW },
  deliver: true,
  closed: [],
});

describe('the journal', () => {
  it('tells who is told of what, and why now', () => {
    expect(tellNotified(decision([alert(low), alert(low)]), group, 'd1', NOW)).toEqual({
      at: NOW,
      kind: 'notified',
      summary: 'telling team/slack/0 of Low: 2 firing, 1 resolved (first)',
      reason: 'first',
      receiver: 'team',
      model: 'iris',
      details: { channel: 'team/slack/0', deliveryId: 'd1', firing: ['f0', 'f1'], resolved: ['f2'] },
    });
  });

  it('names three alerts and counts the others; one without a name goes by its fingerprint', () => {
    const alerts = [
      ...['A', 'B', 'A'].map((alertname) => alert({ alertname })),
      alert({}),
      alert({ alertname: 'C' }),
    ];
    expect(tellNotified(decision(alerts), group, 'd1', NOW).summary).toContain('of A, B, f0 and 1 more:');
    expect(tellNotified(decision(alerts), group, 'd1', NOW)).not.toHaveProperty('model');
  });

  it('tells who is kept from being told, and by what', () => {
    const held = { channel: 'team/slack/0', send: false, reason: 'muted_by' } as const;
    expect(tellSuppressed(held, group, [alert(low)], NOW)).toEqual({
      at: NOW,
      kind: 'suppressed',
      summary: 'team/slack/0 is not told of Low: muted_by',
      reason: 'muted_by',
      receiver: 'team',
      model: 'iris',
      details: { channel: 'team/slack/0' },
    });
  });

  it('tells that nobody is told when there is no route', () => {
    const row = { labels: low, fingerprint: 'f0', source: 'iris.yml;iris;0;Low' } as unknown as TransitionRow;
    expect(tellNoRoute(row, NOW)).toEqual({
      at: NOW,
      kind: 'suppressed',
      summary: 'nobody is told of Low: there is no route in rules/*.yml',
      reason: 'no_route',
      fingerprint: 'f0',
      rule: 'iris.yml;iris;0;Low',
      model: 'iris',
    });
  });
});
