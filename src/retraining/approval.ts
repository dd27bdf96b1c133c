import type { ApprovalProblem } from './approval-rule.js';
import type { Run } from './run.js';
import type { RunStep } from './run-event.js';
import { amend, move, stay } from './run-progress.js';

/** Why this person's yes does not count; undefined when it does. Names are compared as they are written. */
export function approvalProblem(run: Run, by: string): ApprovalProblem | undefined {
  const rule = run.approval;
  if (rule && rule.by.length > 0 && !rule.by.includes(by)) return 'not_an_approver';
  if (rule?.notRequester && run.request.reason.requestedBy === by) return 'is_requester';
  return run.approvals?.some((each) => each.by === by) ? 'approved_before' : undefined;
}

/** A run that waits, after one person's yes: queued once enough different people have said it. */
export function stepApproval(run: Run, by: string, now: Date): RunStep {
  const problem = approvalProblem(run, by);
  if (problem) return stay(run, problem);
  const approvals = [...(run.approvals ?? []), { by, at: now.toISOString() }];
  if (approvals.length < (run.approval?.count ?? 1)) return amend(run, 'approval_counted', { approvals });
  const approvedBy = approvals.map((each) => each.by).join(', ');
  return move(run, 'queued', 'approved', now, { approvals, approvedBy });
}

/** How far the approval of a run has come, in words: `1 of 2, by jane`. */
export function tellApprovals({ approval, approvals = [] }: Run): string {
  const names = approvals.map(({ by }) => by).join(', ');
  return `${approvals.length} of ${approval?.count ?? 1}${names ? `, by ${names}` : ''}`;
}

/** What a person is told whose approval does not count, and who else to ask. */
export function tellApprovalProblem(run: Run, by: string, problem: ApprovalProblem): string {
  switch (problem) {
    case 'not_an_approver':
      return `${by} may not approve this run: policy ${run.policy} names ${run.approval?.by.join(', ') ?? ''}`;
    case 'is_requester':
      return `${by} asked for this run, and policy ${run.policy} wants somebody else to approve it (not_requester)`;
    case 'approved_before':
      return `${by} has approved this run already; it has ${tellApprovals(run)}`;
  }
}
