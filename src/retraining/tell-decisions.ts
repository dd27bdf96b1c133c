import type { Gate } from './decision.js';

/** A stored decision as the API shows it; times are ISO 8601, UTC. */
export interface ShownDecision {
  readonly incident_id: string;
  readonly policy: string;
  readonly at: string;
  readonly decision: string;
  readonly reason: string;
  readonly gates: readonly Gate[];
  readonly run_id: string | null;
  readonly policy_revision: string | null;
  readonly seen_at: string | null;
  readonly times: number;
}

/** What became of a run, as far as it is told here. */
export interface ShownRun {
  readonly id: string;
  readonly state: string;
  readonly reason?: string;
}

const VERDICT: Readonly<Record<string, string>> = {
  dispatch: 'retrained',
  await_approval: 'asked a person',
  suggest: 'only suggested a run',
  hold: 'did not retrain',
};

/** A decision in one line: `did not retrain (cooldown), decided at 2026-03-10T01:00:00.000Z`. */
export function tellVerdict({ decision, reason, at }: ShownDecision): string {
  return `${VERDICT[decision] ?? decision} (${words(reason)}), decided at ${at}`;
}

/** A decision for a terminal: what and why, since when and how often, and every gate with the number it was judged by. */
export function tellStoredDecision(decision: ShownDecision, run: ShownRun | undefined): readonly string[] {
  const { policy, gates, policy_revision: revision, seen_at: seen, times } = decision;
  const decisive = decision.decision === 'hold' ? gates.find(({ pass }) => !pass) : undefined;
  const wide = Math.max(...gates.map(({ gate }) => gate.length));
  const again =
    times > 1 && seen
      ? `; the same ${times === 2 ? 'once' : `${times - 1} times`} more, last at ${seen}`
      : '';
  return [
    `policy ${policy} ${tellVerdict(decision)}${again}`,
    ...(decisive ? [`  because of ${decisive.gate}: ${decisive.detail}`] : []),
    ...(run ? [`  run ${run.id} is ${words(run.state)}${run.reason ? ` (${words(run.reason)})` : ''}`] : []),
    `  incident ${decision.incident_id}, revision ${revision ?? 'unknown'} of the policy`,
    '',
    ...gates.map(
      ({ gate, pass, detail }) =>
        `  ${pass ? 'pass' : gate === decisive?.gate ? 'FAIL' : 'fail'}  ${gate.padEnd(wide)}  ${detail}`,
    ),
  ];
}

function words(text: string): string {
  return text.replaceAll('_', ' ');
}
