import type { Run } from './run.js';

/** All that goes into a run that undoes another. */
export interface NewRollback {
  readonly id: string;
  /** The run that made the model worse. */
  readonly regressed: Run;
  /** Name and type of the CI target that goes back. */
  readonly ci: string;
  readonly provider: string;
  readonly externalUrl: string;
}

/**
 * The run that takes a model back to the version before, as it is first stored: it waits for a person, whatever the policy's mode.
 * It is proved like any other: the old version has to be seen in traffic again, and to be better than the one that regressed.
 */
export function buildRollback({ id, regressed, ci, provider, externalUrl }: NewRollback, now: Date): Run {
  const { baseline, newVersion, verification, request } = regressed;
  const { target: _target, ...verify } = regressed.verify;
  const allowed = verify.approveWithinMs + verify.startWithinMs + verify.finishWithinMs;
  const back = baseline.version ? `back to version ${baseline.version}` : 'back to the version before';
  return {
    id,
    incidentId: regressed.incidentId,
    policy: regressed.policy,
    model: regressed.model,
    ci,
    provider,
    state: 'awaiting_approval',
    reason: 'rollback_offered',
    request: {
      correlationId: id,
      model: regressed.model,
      ...(newVersion ? { currentVersion: newVersion } : {}),
      ...(baseline.version ? { rollbackTo: baseline.version } : {}),
      reason: {
        kind: 'rollback',
        summary: `run ${regressed.id} made it worse${figures(regressed)}: ${back}`,
        ...(request.reason.severity ? { severity: request.reason.severity } : {}),
        requestedBy: request.reason.requestedBy,
      },
      evidence: [],
      windows: request.windows,
      links: {
        run: `${externalUrl}/api/runs/${id}`,
        regressed_run: `${externalUrl}/api/runs/${regressed.id}`,
        incident: `${externalUrl}/api/incidents/${regressed.incidentId}`,
      },
      deadline: new Date(now.getTime() + allowed).toISOString(),
      requestedAt: now.toISOString(),
    },
    verify,
    baseline: {
      ...(newVersion ? { version: newVersion } : {}),
      ...(verification?.accuracy === undefined ? {} : { accuracy: verification.accuracy }),
      ...(verification?.n === undefined ? {} : { n: verification.n }),
      knownVersions: newVersion ? [newVersion] : [],
    },
    ...(baseline.version ? { newVersion: baseline.version } : {}),
    attempt: 0,
    createdAt: now,
    ...(regressed.policyRevision ? { policyRevision: regressed.policyRevision } : {}),
    ...(regressed.approval ? { approval: regressed.approval } : {}),
    ...(regressed.outcomes ? { outcomes: regressed.outcomes } : {}),
    rollsBack: regressed.id,
  };
}

function figures({ verification, baseline }: Run): string {
  if (verification?.accuracy === undefined) return '';
  const before = baseline.accuracy === undefined ? '' : `, before ${baseline.accuracy.toFixed(4)}`;
  return ` (accuracy ${verification.accuracy.toFixed(4)}${before})`;
}
