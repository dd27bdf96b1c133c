import { ALERT_NAME, MODEL_NAME } from '../alerts/labels.js';
import type { RaisedAlert } from '../alerts/raise-alert.js';
import { OWN_SOURCE } from './incident.js';
import type { Run, RunState } from './run.js';

/** An alert about a run, and whether it fires while the run is in its present state. */
export interface RunAlert {
  readonly raised: RaisedAlert;
  readonly fires: boolean;
}

const DID_NOT_HELP: readonly RunState[] = [
  'failed',
  'timed_out',
  'lost',
  'not_improved',
  'regressed',
  'unverifiable',
];

/**
 * What people are told about a run, by the same routes as everything else: that someone has to decide, that nobody knows whether
 * it runs, that it did not help. The last one ends when a later run of the model is verified.
 */
export function runAlerts(run: Run, externalUrl: string): readonly RunAlert[] {
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
  const failed: RunAlert[] =
    DID_NOT_HELP.includes(run.state) || run.state === 'verified'
      ? [
          {
            fires: run.state !== 'verified',
            raised: alert(
              'RetrainingDidNotHelp',
              'critical',
              {},
              {
                summary: `Retraining ${run.model} ended ${words(run.state)}`,
                description: `Run ${run.id}: ${run.verification?.reason ?? words(run.reason ?? run.state)}. Retune will not start another by itself before a person has looked.`,
              },
            ),
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
          summary: `Approve retraining ${run.model}?`,
          description: `${run.request.reason.summary}. Approve: POST ${link}/approve, reject: POST ${link}/reject.`,
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
          description: `The answer of ${run.ci} to run ${run.id} was lost and it cannot be searched for. It is not sent again. Look into ${run.ci}, then POST ${link}/confirm with {"outcome": "ran"} or {"outcome": "did_not_run"}.`,
        },
      ),
    },
    ...failed,
  ];
}

function words(text: string): string {
  return text.replaceAll('_', ' ');
}
