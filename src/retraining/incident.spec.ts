import { describe, it, expect } from '@jest/globals';
import type { TransitionRow } from '../alerts/alert.js';
import {
  type Incident,
  type IncidentAlert,
  type IncidentStep,
  QUIET_MS,
  alertsForDecision,
  incidentKey,
  stepClose,
  stepIncident,
} from './incident.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 10, 12, minute));
const row = (more: Partial<TransitionRow> = {}): TransitionRow => ({
  id: 10,
  source: 'iris.yml;iris;0;Low',
  fingerprint: 'f1',
  episode: 'e1',
  labels: { alertname: 'Low', model_name: 'iris', model_version: '7' },
  annotations: {},
  value: 0.88,
  startsAt: at(0),
  from: 'pending',
  to: 'firing',
  reason: 'held_for',
  at: at(1),
  ...more,
});
const open: Incident = { id: 'inc-1', model: 'iris', modelVersion: '7', openedAt: at(0) };
const known: IncidentAlert = {
  incidentId: 'inc-1',
  source: 'iris.yml;iris;0;Low',
  fingerprint: 'f1',
  episode: 'e1',
  alertname: 'Low',
  labels: row().labels,
  value: 0.9,
  since: at(0),
  transitionId: 9,
};

describe('incidentKey', () => {
  it('is the model and the version', () => {
    expect(incidentKey(row().labels)).toEqual({ model: 'iris', modelVersion: '7' });
    expect(incidentKey({ model_name: 'iris' })).toEqual({ model: 'iris', modelVersion: '' });
    expect(incidentKey({ alertname: 'HostDown' })).toBeUndefined();
  });
});

describe('stepIncident', () => {
  const outcome = (step: IncidentStep): string =>
    step.kind === 'ignored' ? `ignored: ${step.reason}` : step.kind;
  it.each<[string, TransitionRow, Incident | undefined, IncidentAlert | undefined, string]>([
    ['the first firing alert opens one', row(), undefined, undefined, 'opened'],
    ['a further alert joins the open one', row(), open, undefined, 'attached'],
    ['an alert that fires again joins the open one', row(), open, known, 'attached'],
    ['an alert that resolves is marked', row({ from: 'firing', to: 'resolved' }), open, known, 'resolved'],
    [
      'a firing alert that goes away is marked',
      row({ from: 'firing', to: 'inactive' }),
      open,
      known,
      'resolved',
    ],
    [
      'a pending alert does nothing',
      row({ from: 'inactive', to: 'pending' }),
      open,
      known,
      'ignored: not_firing',
    ],
    [
      'a pending alert that goes away does nothing',
      row({ from: 'pending', to: 'inactive' }),
      undefined,
      undefined,
      'ignored: not_firing',
    ],
    [
      'an alert without a model does nothing',
      row({ labels: { alertname: 'HostDown' } }),
      undefined,
      undefined,
      'ignored: no_model',
    ],
    [
      'an alert about a run does nothing',
      row({ source: 'retraining' }),
      undefined,
      undefined,
      'ignored: own_alert',
    ],
    ['a row taken before does nothing', row({ id: 9 }), open, known, 'ignored: older'],
    ['ids compare as numbers', row({ id: 10 }), open, { ...known, transitionId: 9 }, 'attached'],
    [
      'a resolve nobody waits for does nothing',
      row({ from: 'firing', to: 'resolved' }),
      undefined,
      undefined,
      'ignored: unknown_alert',
    ],
  ])('%s', (_what, transition, incident, alert, expected) => {
    expect(outcome(stepIncident(transition, incident, alert, 'inc-new'))).toBe(expected);
  });

  it('opens an incident of the alert’s model and version', () => {
    expect(stepIncident(row(), undefined, undefined, 'inc-new')).toMatchObject({
      incident: { id: 'inc-new', model: 'iris', modelVersion: '7', openedAt: at(1) },
      alert: { incidentId: 'inc-new', alertname: 'Low', since: at(1), transitionId: 10 },
    });
  });

  it('keeps since within one episode and restarts it with the next', () => {
    expect(stepIncident(row(), open, known, '')).toMatchObject({ alert: { since: at(0), value: 0.88 } });
    expect(stepIncident(row({ episode: 'e2' }), open, known, '')).toMatchObject({ alert: { since: at(1) } });
    const again = stepIncident(row(), open, { ...known, resolvedAt: at(0) }, '');
    expect(again).toMatchObject({ alert: { since: at(1) } });
    expect(again).not.toHaveProperty('alert.resolvedAt');
  });
});

describe('stepClose', () => {
  const [firing, resolved] = [{}, { resolvedAt: at(0) }];
  it.each<[string, Parameters<typeof stepClose>, ReturnType<typeof stepClose>]>([
    ['stays open while an alert fires', [[firing, resolved], 'none', at(60)], {}],
    ['stays open while a run is under way', [[resolved], 'active', at(60)], {}],
    [
      'waits a little after the last resolve',
      [[resolved], 'none', at(1)],
      { checkAt: new Date(at(0).getTime() + QUIET_MS) },
    ],
    ['closes when all is quiet', [[resolved], 'none', at(5)], { close: 'alerts_resolved' }],
    [
      'closes when a run was verified, whatever an old version still says',
      [[firing], 'verified', at(1)],
      { close: 'run_verified' },
    ],
    ['closes when there is nothing in it any more', [[], 'none', at(0)], { close: 'run_over' }],
    ['stays open without alerts while its run is active', [[], 'active', at(0)], {}],
  ])('%s', (_what, input, expected) => expect(stepClose(...input)).toEqual(expected));
});

describe('alertsForDecision', () => {
  it('takes the incident’s version and what names none', () => {
    const labelled = (labels: Record<string, string>, resolvedAt?: Date) => ({
      labels,
      ...(resolvedAt ? { resolvedAt } : {}),
    });
    const alerts = [
      labelled({ model_name: 'iris', model_version: '7' }),
      labelled({ model_name: 'iris' }),
      labelled({ model_name: 'iris', model_version: '6' }),
      labelled({ model_name: 'fraud', model_version: '7' }),
      labelled({ model_name: 'iris', model_version: '7' }, at(0)),
    ];
    expect(alertsForDecision(open, alerts)).toEqual(alerts.slice(0, 2));
  });
});
