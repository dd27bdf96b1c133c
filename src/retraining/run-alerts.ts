import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { OwnAlert } from '../alerts/raise-alert.js';
import { OWN_SOURCE } from './incident.js';
import { tellApprovals } from './approval.js';
import { tellingOf } from './outcomes.js';
import { cancelRequested } from './run-progress.js';
import type { Run, RunState } from './run.js';

/** Name of the alert that tells of an end that is no success. */
export const DID_NOT_HELP = 'RetrainingDidNotHelp';

/** What each end does to the model's circuit; see `circuitOf`. */
const WHAT_FOLLOWS: Partial<Readonly<Record<RunState, string>>> = {
  failed: 'A second failure in a row stops retraining until a person resets it.',
  timed_out: 'A second failure in a row stops retraining until a person resets it.',
  lost: 'A second failure in a row stops retraining until a person resets it.',
  not_improved: 'Nothing is retrained before a person resets it.',
  regressed: 'Nothing is retrained before a person resets it.',
  unverifiable: 'The next run waits for the approval of a person.',
};

/** Ends that time has put, not the CI system. */
const MAY_STILL_RUN: readonly RunState[] = ['timed_out', 'lost'];

/**
 * What people are told about a run, by the same routes as everything else: that someone has to decide, that nobody knows whether
 * it runs, that it did not help. The last one ends when a later run of the model is verified.
 */
export function runAlerts(run: Run, externalUrl: string): readonly OwnAlert[] {
  const link = `${externalUrl}/api/runs/${run.id}`;
  const alert = (
    name: string,
    severity: string,
    labels: Record<string, string>,
    annotations: Record<string, string>,
  ) => ({
    source: OWN_SOURCE,
    labels: { [ALERT_NAME]: name, [MODEL_NAME]: run.model, policy: run.policy, severity, ...labels },
    annotations,
    generatorUrl: link,
  });
  const rollback = run.rollsBack !== undefined;
  const telling = tellingOf(run.outcomes, run.state);
  const back = `back to version ${run.newVersion ?? 'before'}`;
  const failed: OwnAlert[] =
    WHAT_FOLLOWS[run.state] !== undefined || (run.state === 'verified' && !rollback)
      ? [
          {
            fires: run.state !== 'verified',
            raised: alert(DID_NOT_HELP, telling.severity, telling.labels, {
              summary: `${rollback ? `Taking ${run.model} ${back}` : `Retraining ${run.model}`} ended ${words(run.state)}`,
              description: `Run ${run.id}: ${run.verification?.reason ?? words(run.reason ?? run.state)}. ${MAY_STILL_RUN.includes(run.state) ? `It may still be under way in ${run.ci}. ` : ''}${rollback ? 'The version that made it worse may still serve.' : whatFollows(run)}`,
            }),
          },
        ]
      : [];
  return [
    {
      fires: run.state === 'awaiting_approval',
      raised: alert(
        'RetrainingNeedsApproval',
        'warning',
        { run_id: run.id },
        {
          summary: rollback ? `Approve taking ${run.model} ${back}?` : `Approve retraining ${run.model}?`,
          description: `${run.request.reason.summary}.${(run.approval?.count ?? 1) > 1 ? ` Approvals: ${tellApprovals(run)}.` : ''} Approve: POST {"by": "<your name>"} to ${link}/approve, reject: the same to ${link}/reject.`,
        },
      ),
    },
    {
      fires: run.state === 'ambiguous' && run.reason === 'ask_person',
      raised: alert(
        'RetrainingUnclear',
        'critical',
        { run_id: run.id },
        {
          summary: `Nobody knows whether the retraining of ${run.model} runs`,
          description: `The answer of ${run.ci} to run ${run.id} was lost, and no search could tell what became of it. It is not sent again. Look into ${run.ci}, then POST ${link}/confirm with {"by": "<your name>", "outcome": "ran"} or {"by": "<your name>", "outcome": "did_not_run"}.`,
        },
      ),
    },
    {
      fires: (run.duplicates ?? []).length > 0,
      raised: alert(
        'RetrainingNotStopped',
        'warning',
        { run_id: run.id },
        {
          summary: `Something in ${run.ci} that should not train ${run.model} could not be stopped yet`,
          description: `Run ${run.id} of Retune has more in ${run.ci} than it should: ${(run.duplicates ?? []).map(({ id, url }) => url ?? id).join(', ')}. It is asked to stop again and again until it does; look into ${run.ci} if this lasts.`,
        },
      ),
    },
    ...failed,
  ];
}

/** A run that somebody wanted stopped says nothing of the training, however it ends. */
function whatFollows(run: Run): string {
  return cancelRequested(run)
    ? 'It was to be stopped, and counts as no failure.'
    : (WHAT_FOLLOWS[run.state] ?? '');
}

function words(text: string): string {
  return text.replaceAll('_', ' ');
}
