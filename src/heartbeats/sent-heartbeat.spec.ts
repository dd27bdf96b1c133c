import { describe, expect, it } from '@jest/globals';
import { compileRoutes, matchRoutes } from '../routing/compile-routes.js';
import { RouteTree } from '../routing/route.schema.js';
import { heartbeatAlert, withHeartbeats } from './sent-heartbeat.js';

const SENT = [
  { receiver: 'switch', interval: 60_000 },
  { receiver: 'other', interval: 10_000 },
];
const tree = compileRoutes(
  RouteTree.parse({ receiver: 'team', routes: [{ receiver: 'all', matchers: ['alertname=~".+"'] }] }),
);
const receivers = (
  root: ReturnType<typeof withHeartbeats>,
  labels: Record<string, string>,
): readonly string[] => (root ? matchRoutes(root, labels).map(({ receiver }) => receiver) : []);

describe('routes of heartbeats', () => {
  it('come before all others and take only their own heartbeat', () => {
    const root = withHeartbeats(tree, SENT);
    expect(SENT.map((sent) => receivers(root, { ...heartbeatAlert(sent).labels }))).toEqual([
      ['switch'],
      ['other'],
    ]);
    expect(receivers(root, { alertname: 'Low' })).toEqual(['all']);
  });

  it('flush at once, and speak at every interval', () => {
    const [first] = withHeartbeats(tree, SENT)?.children ?? [];
    expect(first).toMatchObject({ groupWaitMs: 0, groupIntervalMs: 60_000, alwaysSpeaks: true });
    expect(first?.repeatIntervalMs).toBeLessThan(60_000);
  });

  it('take nothing else where there is no tree', () => {
    const root = withHeartbeats(undefined, SENT);
    expect(SENT.map((sent) => receivers(root, { ...heartbeatAlert(sent).labels }))).toEqual([
      ['switch'],
      ['other'],
    ]);
    expect(receivers(root, { alertname: 'Low' })).toEqual([]);
  });

  it('leave the tree as it is where nobody waits', () => {
    expect(withHeartbeats(tree, [])).toBe(tree);
    expect(withHeartbeats(undefined, [])).toBeUndefined();
  });
});
