import type { TransitionRow } from '../alerts/alert.js';
import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import { type Asker, tellAsker } from '../retraining/asker.js';
import { blockingAlerts } from '../retraining/condition.js';
import { decideRetraining } from '../retraining/decide-retraining.js';
import type { Decision, DecisionInput } from '../retraining/decision.js';
import {
  alertsForDecision,
  type Incident,
  type IncidentAlert,
  incidentKey,
  stepClose,
  stepIncident,
} from '../retraining/incident.js';
import type { Policy } from '../retraining/policy.js';
import { nextOccurrence } from '../retraining/schedule.js';
import { explainAlert, type OpenAlert } from '../retraining/signal.js';
import { PolicyRecord } from './policy-record.js';
import { pastRunAt, type RunAssumptions, type SimulatedRun, stagesOf } from './simulated-run.js';

/** After a run began, as in the service. */
const RECHECK_MS = 60_000;
/** A decision changes with an alert, a run, or at an instant that it or its policy names; this is for what names none. */
const LONGEST_REST_MS = 15 * 60_000;

type BeginsRun = Pick<Extract<Decision, { alerts: unknown }>, 'alerts'> & {
  readonly decision: 'dispatch' | 'await_approval';
};
interface OpenIncident {
  readonly incident: Incident;
  readonly alerts: Map<string, IncidentAlert>;
  checkAtMs: number;
}

/** The service's own decisions about retraining on a clock that is moved from outside, with runs that are made up. */
export class PolicyReplay {
  readonly records: readonly PolicyRecord[];
  /** All incidents, in the order in which they opened. */
  readonly incidents: Incident[] = [];
  private readonly open = new Map<string, OpenIncident>();
  private readonly firing = new Map<string, TransitionRow>();
  private readonly runs: SimulatedRun[] = [];
  /** When the schedule of a policy is due next. */
  private readonly schedules = new Map<PolicyRecord, Date>();

  constructor(
    policies: readonly Policy[],
    private readonly assumptions: RunAssumptions,
    start: Date,
  ) {
    this.records = policies.map((policy) => new PolicyRecord(policy));
    for (const record of this.records) this.plan(record, start);
  }

  /** When something is to be done next by itself; Unix milliseconds, Infinity when nothing is. */
  nextMs(after: Date): number {
    const stages = this.runs.flatMap(({ stages }) => stages.map(({ at }) => at.getTime()));
    const checks = [...this.open.values()].map(({ checkAtMs }) => checkAtMs);
    const planned = [...this.schedules.values()].map((at) => at.getTime());
    return Math.min(Infinity, ...planned, ...checks, ...stages.filter((at) => at > after.getTime()));
  }

  /** Takes in a transition; its incident is thought over at once. */
  take(row: TransitionRow): void {
    const alert = `${row.source}\0${row.fingerprint}`;
    if (row.to === 'firing') this.firing.set(alert, row);
    else this.firing.delete(alert);
    const key = incidentKey(row.labels);
    if (!key) return;
    const place = `${key.model}\0${key.modelVersion}`;
    const held = this.open.get(place);
    const step = stepIncident(
      row,
      held?.incident,
      held?.alerts.get(alert),
      `incident-${this.incidents.length + 1}`,
    );
    if (step.kind === 'ignored') return;
    if (step.kind === 'opened') {
      this.incidents.push(step.incident);
      this.open.set(place, { incident: step.incident, alerts: new Map([[alert, step.alert]]), checkAtMs: 0 });
    } else held?.alerts.set(alert, step.alert);
    this.wake(key.model);
  }

  /** Thinks over every incident that is due at `now`. */
  decide(now: Date): void {
    for (const { model, stages } of this.runs)
      if (stages.some(({ at }) => at.getTime() === now.getTime())) this.wake(model);
    for (const [record, at] of this.schedules) {
      if (at > now) continue;
      this.decideScheduled(record, at, now);
      this.plan(record, now);
    }
    for (const [place, held] of this.open) {
      if (held.checkAtMs > now.getTime()) continue;
      const close = stepClose([...held.alerts.values()], this.latestRun(held.incident, now), now);
      if (close.close) {
        this.open.delete(place);
        for (const record of this.records) record.close(held.incident.id, now);
        continue;
      }
      // Without alerts it is there for its run alone.
      const decided = held.alerts.size > 0 ? this.decideAll(held.incident, now) : [];
      const due = [close.checkAt, ...decided].flatMap((at) => at?.getTime() ?? []);
      const later = due.filter((at) => at > now.getTime());
      held.checkAtMs = Math.min(now.getTime() + LONGEST_REST_MS, ...later);
    }
  }

  /** Ends what is under way at the end of the history. */
  finish(now: Date): void {
    for (const record of this.records) record.closeAll(now);
  }

  private wake(model: string): void {
    for (const held of this.open.values()) if (held.incident.model === model) held.checkAtMs = 0;
  }

  private latestRun({ id }: Incident, now: Date): 'none' | 'active' | 'verified' {
    const latest = this.runs.findLast(({ incidentId }) => incidentId === id);
    if (!latest) return 'none';
    const { endedAt, state } = pastRunAt(latest, now);
    return endedAt === undefined ? 'active' : state === 'verified' ? 'verified' : 'none';
  }

  /** Decides by every policy of the model; the instants at which a decision may change by itself. */
  private decideAll(incident: Incident, now: Date): readonly (Date | undefined)[] {
    const ours = this.records.filter(({ policy }) => policy.model === incident.model);
    return ours.flatMap((record) => {
      const input = this.read(incident, record.policy, now);
      const decision = decideRetraining(input, now);
      record.decided(incident.id, decision, now);
      const sustained = input.alerts.map(
        ({ since }) => new Date(since.getTime() + record.policy.sustainedMs),
      );
      if (decision.decision === 'hold' || decision.decision === 'suggest')
        return [decision.recheckAt, ...sustained];
      this.begin(record, incident, { decision: decision.decision, alerts: decision.alerts }, now);
      return [new Date(now.getTime() + RECHECK_MS)];
    });
  }

  private begin(
    record: PolicyRecord,
    { id: incidentId, model }: Incident,
    decision: BeginsRun,
    now: Date,
    asker?: Asker,
  ): void {
    const { name, group, costPerRun } = record.policy;
    const run: SimulatedRun = {
      id: `run-${this.runs.length + 1}`,
      policy: name,
      model,
      incidentId,
      because: [...(asker ? [tellAsker(asker)] : []), ...decision.alerts.map(explainAlert)].join(', '),
      ...(group ? { group: group.name } : {}),
      ...(costPerRun === undefined ? {} : { cost: costPerRun }),
      stages: stagesOf(record.policy, decision.decision, now, this.assumptions),
    };
    this.runs.push(run);
    record.runs.push(run);
    const soon = now.getTime() + RECHECK_MS;
    for (const held of this.open.values())
      if (held.incident.model === model) held.checkAtMs = Math.min(held.checkAtMs, soon);
  }

  private plan(record: PolicyRecord, after: Date): void {
    const { schedule } = record.policy;
    if (schedule) this.schedules.set(record, nextOccurrence(schedule, after));
  }

  /** As the service does: in the open incident of the model, or in one of its own that is there for the run. */
  private decideScheduled(record: PolicyRecord, at: Date, now: Date): void {
    const { policy } = record;
    const asker = { kind: 'schedule', at } as const;
    const open = [...this.open.values()].findLast(({ incident }) => incident.model === policy.model);
    const id = `incident-${this.incidents.length + 1}`;
    const incident = open?.incident ?? { id, model: policy.model, modelVersion: '', openedAt: now };
    const decision = decideRetraining({ ...this.read(incident, policy, now), asker }, now);
    const span = `${incident.id} schedule`;
    record.decided(span, decision, now);
    record.close(span, now);
    if (decision.decision !== 'dispatch' && decision.decision !== 'await_approval') return;
    if (!open) {
      this.incidents.push(incident);
      const checkAtMs = now.getTime() + RECHECK_MS;
      this.open.set(`${policy.model}\0`, { incident, alerts: new Map(), checkAtMs });
    }
    this.begin(record, incident, { decision: decision.decision, alerts: decision.alerts }, now, asker);
  }

  /** Runs of other models that hold a place in the policy's group until their pipeline ends. */
  private groupRuns({ group, model }: Policy, now: Date): readonly string[] {
    if (!group) return [];
    return this.runs
      .filter((run) => run.group === group.name && run.model !== model)
      .filter((run) => ['awaiting_approval', 'running'].includes(pastRunAt(run, now).state))
      .map(({ id }) => id);
  }

  private read(incident: Incident, policy: Policy, now: Date): DecisionInput {
    const { model } = incident;
    const ofModel = [...this.open.values()]
      .filter((held) => held.incident.model === model)
      .flatMap(({ alerts }) => [...alerts.values()]);
    const firing = [...this.firing.values()].filter(({ labels }) => labels[MODEL_NAME] === model);
    const runs = this.runs.filter((run) => run.model === model).map((run) => pastRunAt(run, now));
    const activeRun = runs.find(({ endedAt }) => endedAt === undefined);
    return {
      policy,
      alerts: alertsForDecision(incident, ofModel).map(toOpenAlert),
      blocking: blockingAlerts(
        policy,
        firing.map((row) =>
          toOpenAlert({ ...row, alertname: row.labels[ALERT_NAME] ?? '', since: row.startsAt }),
        ),
      ),
      silenced: false,
      newLabels: { kind: 'assumed' },
      groupRuns: this.groupRuns(policy, now),
      incidentId: incident.id,
      runs,
      ...(activeRun ? { activeRun } : {}),
    };
  }
}

function toOpenAlert({
  alertname,
  labels,
  since,
  evidence,
}: Pick<OpenAlert, 'alertname' | 'labels' | 'since' | 'evidence'>): OpenAlert {
  const kind = evidence?.kind;
  return {
    alertname,
    labels,
    since,
    ...(evidence ? { evidence } : {}),
    ...(kind === undefined ? {} : { kind }),
  };
}
