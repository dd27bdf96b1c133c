import { describe, expect, it } from '@jest/globals';
import { parseMatcher } from '../alerts/matcher-parse.js';
import { dueAt, missingAlert, stepWatch } from './expected-heartbeat.js';
import type { ExpectedHeartbeat } from './heartbeats.schema.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));

describe('the watch over an expected heartbeat', () => {
  it('begins with the first look, which counts as its start', () => {
    expect(stepWatch(undefined, undefined, at(0))).toEqual({ since: at(0), checkedAt: at(0) });
  });

  it('remembers the youngest sign, also once the alert is gone', () => {
    const first = stepWatch(undefined, at(3), at(5));
    expect(stepWatch(first, at(8), at(10))).toEqual({ since: at(5), checkedAt: at(10), lastSeen: at(8) });
    expect(stepWatch(first, undefined, at(10)).lastSeen).toEqual(at(3));
    expect(stepWatch(first, at(1), at(10)).lastSeen).toEqual(at(3));
  });

  it('begins anew when nobody listened for more than a minute, and not before', () => {
    const watch = { since: at(0), checkedAt: at(10), lastSeen: at(9) };
    expect(stepWatch(watch, undefined, at(70)).since).toEqual(at(0));
    expect(stepWatch(watch, undefined, at(71))).toEqual({
      since: at(71),
      checkedAt: at(71),
      lastSeen: at(9),
    });
  });

  it.each([
    ['nothing was seen: from its start', { since: at(10), checkedAt: at(20) }, at(40)],
    ['from the last sign', { since: at(10), checkedAt: at(20), lastSeen: at(15) }, at(45)],
    [
      'a sign from before a pause does not count',
      { since: at(10), checkedAt: at(20), lastSeen: at(5) },
      at(40),
    ],
  ])('is due when %s', (_name, watch, due) => {
    expect(dueAt(watch, 30_000)).toEqual(due);
  });
});

describe('the alert about a missing heartbeat', () => {
  const parsed = parseMatcher('alertname="Watchdog"');
  if (!parsed.ok) throw new Error('a plain matcher');
  const expected: ExpectedHeartbeat = {
    name: 'prometheus-eu',
    matchers: [parsed.matcher],
    within: 600_000,
    labels: { team: 'ml' },
  };

  it('says what is expected, since when it is missing, and what that means', () => {
    const alert = missingAlert(expected, { since: at(0), checkedAt: at(50), lastSeen: at(7) });
    expect(alert.labels).toEqual({
      alertname: 'RetuneHeartbeatMissing',
      heartbeat: 'prometheus-eu',
      severity: 'critical',
      team: 'ml',
    });
    expect(alert.annotations['summary']).toBe('no heartbeat from prometheus-eu for 10m');
    expect(alert.annotations['description']).toContain(
      '{alertname="Watchdog"} should arrive at least every 10m. The last one was seen at 2026-03-10T12:00:07.000Z.',
    );
  });

  it('says so when none was ever seen, and lets labels set the severity', () => {
    const alert = missingAlert(
      { ...expected, labels: { severity: 'warning' } },
      { since: at(0), checkedAt: at(50) },
    );
    expect(alert.labels['severity']).toBe('warning');
    expect(alert.annotations['description']).toContain('None was seen since 2026-03-10T12:00:00.000Z');
  });
});
