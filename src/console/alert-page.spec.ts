import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alert.js';
import type { GroupExplanation } from '../notifications/explain-group.js';
import { alertListPage, alertPage, escapeHtml } from './alert-page.js';

const at = new Date('2026-01-31T03:10:00Z');
const alert: Alert = {
  source: 'iris.yml;iris;0;Low',
  fingerprint: '0123456789abcdef',
  episode: '6368a7d0-dc5d-8f66-a54a-000000000001',
  labels: { alertname: 'Low', model_name: '<script>alert(1)</script>' },
  annotations: { summary: 'a & b', runbook_url: 'javascript:alert(1)' },
  state: 'firing',
  value: 0.635_802_469,
  evidence: { measure: 'accuracy', value: 0.6358, threshold: 0.92, n: 511.6, needed: 200 },
  activeAt: at,
  firedAt: at,
  evaluatedAt: at,
};

describe('the page of an alert', () => {
  const timeline = [{ id: 1, at, kind: 'transition', summary: 'it <fired>' }] as const;
  const group: GroupExplanation = {
    route: '{}/{team="<b>"}',
    receiver: 'pager',
    groupKey: '{}/{team="<b>"}:{}',
    groupLabels: { team: '<b>' },
    firing: 1,
    nextFlushAt: '2026-01-31T03:15:00.000Z',
    suppressed: null,
    channels: [],
  };
  const html = alertPage(alert, { timeline, groups: [group] }, at);

  it('shows state, number, limit and the events behind it', () => {
    for (const text of ['firing', '0.6358', '0.92', '512 (200 needed)', '2026-01-31 03:10:00 UTC'])
      expect(html).toContain(text);
  });

  it('lets nothing from outside become markup or an address', () => {
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('javascript:');
    expect(html).toContain('it &lt;fired&gt;');
    expect(escapeHtml(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
  });

  it('says who is told of it, or that nobody is', () => {
    expect(html).toContain('pager, by route {}/{team=&quot;&lt;b&gt;&quot;}');
    expect(html).toContain('next look 2026-01-31 03:15:00 UTC');
    const untold = (state: Alert['state']): string =>
      alertPage({ ...alert, state }, { timeline, groups: [] }, at);
    expect(untold('firing')).toContain('Nobody: it is in no group.');
    expect(untold('resolved')).toContain('Nobody any more.');
  });

  it('says so when nothing is open', () => {
    expect(alertListPage([], at)).toContain('No alert is pending or firing.');
    expect(alertListPage([alert], at)).toContain(`/alerts/${alert.episode}`);
  });
});
