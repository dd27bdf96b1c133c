import { replayPolicies } from '../backtest/replay-policies.js';
import type { UnnumberedRow } from '../backtest/rule-record.js';
import { pastRunAt } from '../backtest/simulated-run.js';
import type { Policy } from '../retraining/policy.js';
import { formatDuration } from '../schema/duration.js';
import { differences } from './check-result.js';
import type { RuleTest } from './rule-test.schema.js';

type RunTest = RuleTest['run_test'][number];

/**
 * What is not as a test wants the runs and the decisions of its policy: those of the service's own decisions over the alerts
 * of the test, with runs that go as `runs` says. All policies run along, since a model has one run at a time. Empty: all is.
 */
export function checkRuns(
  test: RunTest,
  rows: readonly UnnumberedRow[],
  policies: readonly Policy[],
  runs: RuleTest['runs'],
  startMs: number,
): readonly string[] {
  const end = new Date(startMs + test.eval_time);
  const { duration: durationMs, outcome, approve_after: approveAfterMs } = runs;
  const assumptions = { durationMs, outcome, ...(approveAfterMs === undefined ? {} : { approveAfterMs }) };
  const { records } = replayPolicies(rows, policies, assumptions, new Date(startMs), end);
  const record = records.find(({ policy }) => policy.name === test.policy);
  const lines: string[] = [];
  if (test.exp_runs) {
    const expected = test.exp_runs.map(({ decided_at: at, state }) => showRun(at, state));
    const got = (record?.runs ?? []).map((run) => {
      const { createdAt, state } = pastRunAt(run, end);
      return showRun(createdAt.getTime() - startMs, state);
    });
    lines.push(...differences(expected, got));
  }
  if (test.exp_decision === undefined && test.exp_reason === undefined) return lines;
  // What holds at the end was closed there, and nowhere else.
  const held = new Map(
    record?.spans.filter(({ to }) => to.getTime() === end.getTime()).map((span) => [span.incidentId, span]),
  );
  const decisions = held.size === 0 ? [{ decision: 'none', reason: '', detail: '' }] : [...held.values()];
  const { exp_decision: wanted, exp_reason: why } = test;
  const met = decisions.some(
    ({ decision, reason }) => (wanted ?? decision) === decision && (why ?? reason) === reason,
  );
  if (met) return lines;
  return [
    ...lines,
    `- decision ${wanted ?? 'of any kind'}${why === undefined ? '' : `, ${why}`}`,
    ...decisions.map(({ decision, reason, detail }) =>
      decision === 'none'
        ? '+ decision none: no incident is open'
        : `+ decision ${decision}, ${reason}: ${detail}`,
    ),
  ];
}

function showRun(atMs: number, state: string): string {
  return `run decided at ${formatDuration(atMs)}, ${state}`;
}
