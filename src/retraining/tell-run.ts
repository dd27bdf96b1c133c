import type { JournalEntry } from '../journal/entry.js';
import { tellApprovals } from './approval.js';
import type { CiRef } from './ci/ci-provider.js';
import type { StepReason } from './run-event.js';
import type { Run } from './run.js';

/** A step, or the making of a run (`decided`). */
export interface ToldStep {
  readonly run: Run;
  readonly reason: StepReason | 'decided';
}

function tellRefs(refs: readonly CiRef[]): string {
  return refs.map(({ id, url }) => url ?? id).join(' ');
}

/** The journal's entry for a step of a run. */
export function tellRun(before: Run | undefined, step: ToldStep, now: Date): JournalEntry {
  const { run, reason } = step;
  const from = before && before.state !== run.state ? `${before.state} → ${run.state}` : run.state;
  const facts = [
    reason.replaceAll('_', ' '),
    ...((run.approvals?.length ?? 0) > (before?.approvals?.length ?? 0)
      ? [`approvals ${tellApprovals(run)}`]
      : []),
    ...(run.costReported !== before?.costReported ? [`cost ${run.costReported}`] : []),
    ...(run.ref && !before?.ref ? [`as ${run.ref.url ?? run.ref.id}`] : []),
    ...(run.duplicates && run.duplicates.length > (before?.duplicates?.length ?? 0)
      ? [
          `to be cancelled, because they are runs of the same request: ${tellRefs(run.duplicates.slice(before?.duplicates?.length ?? 0))}`,
        ]
      : []),
    ...(before?.duplicates && !run.duplicates ? [tellRefs(before.duplicates)] : []),
    ...(run.newVersion && run.newVersion !== before?.newVersion ? [`new version ${run.newVersion}`] : []),
    ...(run.verification && !before?.verification ? [run.verification.reason] : []),
  ];
  return {
    at: now,
    kind: 'run',
    summary: `${run.rollsBack === undefined ? 'retraining' : 'rolling back'} ${run.model} (${run.id}) ${from}: ${facts.join(', ')}`,
    reason,
    model: run.model,
    runId: run.id,
    details: {
      state: run.state,
      attempt: run.attempt,
      ci: run.ci,
      ...(run.verification && { verification: run.verification }),
    },
  };
}
