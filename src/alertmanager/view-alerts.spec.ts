import { describe, expect, it } from '@jest/globals';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import { compileRoutes } from '../routing/compile-routes.js';
import { compileInhibitRules } from '../routing/inhibition.js';
import { compileTimeIntervals } from '../routing/mute-timing.js';
import { inhibitRules, routeTree, TimeIntervals } from '../routing/route.schema.js';
import { saveSilence } from '../routing/save-silence.js';
import type { Silence } from '../routing/silence.js';
import { type Parameters, readAlertsQuery } from './alerts-query.js';
import { LabelMemory } from './known-labels.js';
import { type FiringAlert, standingAlerts } from './standing-alerts.js';
import { viewAlerts, viewGroups } from './view-alerts.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const HOUR_MS = 3_600_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const memory = new LabelMemory();
const alert = (labels: Labels, { annotations = {}, ...more }: Partial<FiringAlert> = {}): FiringAlert => ({
  ...memory.read(JSON.stringify(labels)),
  annotations: memory.read(JSON.stringify(annotations)).labels,
  startsAt: later(-HOUR_MS / 2),
  endsAt: later(60_000),
  updatedAt: NOW,
  ...more,
});
const silence = (name: string, value: string): Silence => {
  const saved = saveSilence(
    {
      matchers: [{ name, value, isRegex: false, isEqual: true }],
      startsAt: NOW,
      endsAt: later(HOUR_MS),
      createdBy: 'ada',
      comment: '',
    },
    undefined,
    NOW,
    `silence-of-${value}`,
  );
  if (!saved.ok) throw new Error(saved.error.message);
  return saved.silence;
};

const CONFIG = {
  route: compileRoutes(
    routeTree('fallback').parse({
      receiver: 'all',
      group_by: ['alertname'],
      routes: [
        { matchers: ['team="ml"'], receiver: 'ml', continue: true, mute_time_intervals: ['always'] },
        { matchers: ['team=~"m.*"'], receiver: 'on-call', group_by: ['alertname', 'team'] },
      ],
    }),
  ),
  inhibitRules: compileInhibitRules(
    inhibitRules('fallback').parse([
      { source_matchers: ['severity="page"'], target_matchers: ['severity="warning"'], equal: ['team'] },
    ]),
  ),
};
const CONTEXT = {
  now: NOW,
  resolveTimeoutMs: 300_000,
  timeIntervals: compileTimeIntervals(TimeIntervals.parse([{ name: 'always', time_intervals: [{}] }])),
};

const A = alert({ alertname: 'A', team: 'ml', severity: 'warning' });
const B = alert({ alertname: 'B', team: 'ml', severity: 'page' });
const B2 = alert({ alertname: 'B', team: 'ml', severity: 'page', zone: 'b' });
const C = alert({ alertname: 'C' }, { annotations: { z: '1', a: '2' }, generatorUrl: 'http://p' });

const query = (parameters: Parameters) => {
  const read = readAlertsQuery(parameters);
  if (!read.ok) throw new Error('a bad query');
  return read.value;
};
const find = (
  firing: readonly FiringAlert[],
  parameters: Parameters = {},
  silences: readonly Silence[] = [],
) => standingAlerts(firing, { ...CONFIG, silences }, query(parameters), NOW);
const names = (firing: readonly FiringAlert[], parameters: Parameters, silences: readonly Silence[] = []) =>
  find(firing, parameters, silences)
    .map(({ alert: { labels } }) => `${labels['alertname']}${labels['zone'] ?? ''}`)
    .toSorted();
const groups = (firing: readonly FiringAlert[], parameters: Parameters = {}) =>
  viewGroups(find(firing, parameters), query(parameters), CONTEXT);

describe('an alert in the list', () => {
  it('is shown with everything Alertmanager shows, names in order', () => {
    const [shown] = viewAlerts(find([C]), CONTEXT);
    expect(JSON.stringify(shown)).toBe(
      JSON.stringify({
        annotations: { a: '2', z: '1' },
        endsAt: '2026-03-10T12:01:00.000Z',
        fingerprint: fingerprint({ alertname: 'C' }),
        receivers: [{ name: 'all' }],
        startsAt: '2026-03-10T11:30:00.000Z',
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        updatedAt: '2026-03-10T12:00:00.000Z',
        generatorURL: 'http://p',
        labels: { alertname: 'C' },
      }),
    );
  });

  it('is shown with its labels in order, whatever the order they are stored in', () => {
    const [shown] = viewAlerts(find([alert({ zone: 'b', alertname: 'D' })]), CONTEXT);
    expect(Object.keys(shown?.labels ?? {})).toEqual(['alertname', 'zone']);
  });

  it('of a rule, which has no end, is shown to end where the next look would put it', () => {
    const { endsAt: _, ...open } = A;
    expect(viewAlerts(find([open]), CONTEXT)[0]?.endsAt).toBe('2026-03-10T12:05:00.000Z');
  });

  it('goes to every receiver that takes it, and stands by its fingerprint', () => {
    const shown = viewAlerts(find([B, A, C]), CONTEXT);
    expect(shown.map((one) => one.fingerprint)).toEqual(shown.map((one) => one.fingerprint).toSorted());
    expect(shown.find(({ labels }) => labels['alertname'] === 'B')?.receivers).toEqual([
      { name: 'ml' },
      { name: 'on-call' },
    ]);
  });

  it('names every alert that inhibits it, and every silence', () => {
    const silences = [silence('team', 'ml'), silence('alertname', 'A')];
    const shown = viewAlerts(find([A, B, B2], {}, silences), CONTEXT).find(
      ({ labels }) => labels['alertname'] === 'A',
    );
    expect(shown?.status).toEqual({
      inhibitedBy: [B.fingerprint, B2.fingerprint].toSorted(),
      mutedBy: [],
      silencedBy: ['silence-of-ml', 'silence-of-A'],
      state: 'suppressed',
    });
  });

  it('that two sources tell of is there once, as it was heard of last', () => {
    const older = { ...A, annotations: { old: 'yes' }, updatedAt: later(-1) };
    expect(find([A, older]).map((one) => one.alert)).toEqual([A]);
    expect(find([older, A]).map((one) => one.alert)).toEqual([A]);
  });

  it.each<[sentence: string, parameters: Parameters, shown: readonly string[]]>([
    ['everything is asked for', {}, ['A', 'B', 'C']],
    ['those that are active are not', { active: 'false' }, ['A', 'C']],
    ['those that are silenced are not', { silenced: 'false' }, ['A', 'B']],
    ['those that are inhibited are not', { inhibited: 'false' }, ['B', 'C']],
    ['a label is asked for', { filter: 'team="ml"' }, ['A', 'B']],
    ['labels that are missing are asked for', { filter: 'team=""' }, ['C']],
    ['several filters are given', { filter: ['team="ml"', 'severity!="page"'] }, ['A']],
    ['a receiver is asked for', { receiver: 'on-.*' }, ['A', 'B']],
    ['part of the name of a receiver is asked for', { receiver: 'on' }, []],
  ])('is left out or not when %s', (_sentence, parameters, shown) => {
    expect(names([A, B, C], parameters, [silence('alertname', 'C')])).toEqual(shown);
  });

  it('is gone once its end has passed', () => {
    const at = (endsAt: Date) => find([alert({ alertname: 'X' }, { endsAt })]).length;
    expect([at(later(-1)), at(NOW), at(later(1))]).toEqual([0, 1, 1]);
  });
});

describe('groups', () => {
  it('stand by their labels, then by receiver, each with its alerts', () => {
    const shown = groups([C, B, A, B2]).map(({ labels, receiver, alerts }) => [
      Object.values(labels).join('/'),
      receiver.name,
      alerts.length,
    ]);
    expect(shown).toEqual([
      ['A', 'ml', 1],
      ['B', 'ml', 2],
      ['C', 'all', 1],
      ['A/ml', 'on-call', 1],
      ['B/ml', 'on-call', 2],
    ]);
  });

  it('name the intervals that mute their route, and their alerts are suppressed', () => {
    const [muted, free] = groups([B]).map(({ alerts }) => alerts[0]?.status);
    expect(muted).toMatchObject({ mutedBy: ['always'], state: 'suppressed' });
    expect(free).toMatchObject({ mutedBy: [], state: 'active' });
  });

  it.each<[sentence: string, parameters: Parameters, receivers: readonly string[]]>([
    ['muted ones are not asked for', { muted: 'false' }, ['on-call']],
    ['another receiver is asked for', { receiver: 'on-call' }, ['on-call']],
    ['none of their alerts is asked for', { filter: 'alertname="none"' }, []],
  ])('are left out when %s', (_sentence, parameters, receivers) => {
    expect(groups([B], parameters).map(({ receiver }) => receiver.name)).toEqual(receivers);
  });
});
