import { type Asker, tellAsker } from './asker.js';
import type { RunRequest } from './ci/ci-provider.js';
import type { ActReason } from './decision.js';
import type { Incident } from './incident.js';
import { knownVersions, type Measured } from './measured.js';
import type { Policy } from './policy.js';
import type { Baseline, Run } from './run.js';
import { explainAlert, type OpenAlert, signalOf } from './signal.js';

/** A training window reaches at least this far back before the first sign of trouble. */
const LEAST_TRAINING_SPAN_MS = 86_400_000;

/** All that goes into a new run. */
export interface NewRun {
  readonly id: string;
  readonly incident: Incident;
  readonly policy: Policy;
  readonly provider: string;
  /** The alerts the trigger rests on. */
  readonly alerts: readonly OpenAlert[];
  readonly measured: Measured;
  readonly decision: { readonly decision: 'await_approval' | 'dispatch'; readonly reason: ActReason };
  readonly externalUrl: string;
  /** Set when a schedule or a person asked, with the alerts that happen to hold the trigger. */
  readonly asker?: Asker;
}

/** A run as it is first stored: everything it will be judged by is frozen here. */
export function buildRun(input: NewRun, now: Date): Run {
  const { policy, incident } = input;
  const baseline = baselineOf(input);
  const target = policy.verify.target ?? accuracyEvidence(input.alerts)?.threshold ?? undefined;
  return {
    id: input.id,
    incidentId: incident.id,
    policy: policy.name,
    model: incident.model,
    ci: policy.run,
    provider: input.provider,
    state: input.decision.decision === 'dispatch' ? 'queued' : 'awaiting_approval',
    reason: input.decision.reason,
    request: buildRequest(input, baseline, now),
    verify: {
      ...policy.verify,
      ...(target === undefined ? {} : { target }),
      startWithinMs: policy.startWithinMs,
      finishWithinMs: policy.finishWithinMs,
      approveWithinMs: policy.approvalTimeoutMs,
    },
    baseline,
    attempt: 0,
    createdAt: now,
    policyRevision: policy.revision,
    approval: policy.approval,
    outcomes: policy.outcomes,
    ...(policy.group ? { group: policy.group.name } : {}),
    ...(policy.costPerRun === undefined ? {} : { costReserved: policy.costPerRun }),
  };
}

/** Alerts as a pipeline is told of them. */
export function evidenceOf(alerts: readonly OpenAlert[]): RunRequest['evidence'] {
  return alerts.map((alert) => ({
    rule: alert.alertname,
    labels: alert.labels,
    value: alert.evidence?.value ?? null,
    threshold: alert.evidence?.threshold ?? null,
    ...(alert.evidence?.n === undefined ? {} : { n: alert.evidence.n }),
  }));
}

function accuracyEvidence(alerts: readonly OpenAlert[]): OpenAlert['evidence'] {
  const proven = alerts.filter((alert) => signalOf(alert) === 'accuracy');
  return (proven[0] ?? alerts.find((alert) => signalOf(alert) === 'unproven_accuracy'))?.evidence;
}

/**
 * What the new version has to beat: what was measured over the policy's window, for that is how it is measured itself, and an alert
 * that has fired for long may rest on better days. With too few labels there, the figure that raised the alert.
 */
function baselineOf({ policy, incident, alerts, measured }: NewRun): Baseline {
  const busiest = measured.versions.toSorted((left, right) => right.traffic - left.traffic)[0]?.version;
  const version = incident.modelVersion || busiest;
  const evidence = accuracyEvidence(alerts);
  const seen = measured.versions.find((measure) => measure.version === version);
  const fromEvidence =
    typeof evidence?.value === 'number' && Number.isFinite(evidence.value)
      ? { accuracy: evidence.value, ...(evidence.n === undefined ? {} : { n: evidence.n }) }
      : undefined;
  const fromMetrics = seen && seen.total > 0 ? { accuracy: seen.correct / seen.total, n: seen.total } : {};
  const measuredEnough = seen !== undefined && seen.total >= policy.verify.minSamples;
  return {
    ...(version ? { version } : {}),
    ...(measuredEnough ? fromMetrics : (fromEvidence ?? fromMetrics)),
    // The version in trouble is known even when its traffic is not measured; it must never pass for the new one.
    knownVersions: [...new Set([...knownVersions(measured), ...(version ? [version] : [])])],
  };
}

function buildRequest(input: NewRun, baseline: Baseline, now: Date): RunRequest {
  const { id, policy, incident, alerts, externalUrl, decision, asker } = input;
  const since = Math.min(...alerts.map((alert) => alert.since.getTime()), now.getTime());
  const from = Math.min(since, now.getTime() - LEAST_TRAINING_SPAN_MS);
  const severity = alerts.map((alert) => alert.labels['severity']).find((text) => text !== undefined);
  const window = (start: number): { from: string; to: string } => ({
    from: new Date(start).toISOString(),
    to: now.toISOString(),
  });
  const forApproval = decision.decision === 'await_approval' ? policy.approvalTimeoutMs : 0;
  const allowed = forApproval + policy.startWithinMs + policy.finishWithinMs;
  return {
    correlationId: id,
    model: incident.model,
    ...(baseline.version ? { currentVersion: baseline.version } : {}),
    reason: {
      kind: [
        ...(asker ? [asker.kind === 'schedule' ? 'schedule' : 'request'] : []),
        ...new Set(alerts.map(signalOf)),
      ].join(','),
      summary: [...(asker ? [tellAsker(asker)] : []), ...alerts.map(explainAlert)].join(', '),
      ...(severity ? { severity } : {}),
      requestedBy: asker?.kind === 'person' ? asker.name : `policy:${policy.name}`,
    },
    evidence: evidenceOf(alerts),
    windows: { drifted: window(since), training: window(from) },
    links: { run: `${externalUrl}/api/runs/${id}`, incident: `${externalUrl}/api/incidents/${incident.id}` },
    deadline: new Date(now.getTime() + allowed).toISOString(),
    requestedAt: now.toISOString(),
  };
}
