import type { DecisionSpan, PolicyRecord } from './policy-record.js';
import type { DecisionReport, PolicyReport, RunReport, StoppedReport } from './report.js';
import { type SimulatedRun, startOf } from './simulated-run.js';

/** What a run of a model costs. */
export interface RunCost {
  readonly amount: number;
  readonly currency: string;
}

/** What one policy would have done up to `end`. */
export function reportPolicy(record: PolicyRecord, cost: RunCost | undefined, end: Date): PolicyReport {
  const { policy, counts, spans } = record;
  const runs = record.runs.map((run) => reportRun(run, end));
  const started = runs.filter(({ startedAt }) => startedAt !== undefined).length;
  return {
    name: policy.name,
    model: policy.model,
    mode: policy.mode,
    runs,
    ...(cost ? { cost: { amount: started * cost.amount, currency: cost.currency } } : {}),
    suggested: counts.get('suggest')?.times ?? 0,
    stopped: stopped(record),
    decisions: spans.map(reportDecision),
  };
}

function stopped({ counts, spans }: PolicyRecord): readonly StoppedReport[] {
  return [...counts]
    .filter(([reason]) => !['suggest', 'await_approval', 'dispatch', 'not_triggered'].includes(reason))
    .map(([reason, { times, lastedMs }]): StoppedReport => {
      const example = spans.find((span) => span.decision === 'hold' && span.reason === reason);
      return {
        reason,
        times,
        seconds: lastedMs / 1000,
        ...(example ? { example: { at: example.from.toISOString(), detail: example.detail } } : {}),
      };
    })
    .toSorted((a, b) => b.times - a.times || (a.reason < b.reason ? -1 : 1));
}

function reportRun(run: SimulatedRun, end: Date): RunReport {
  const reached = run.stages.filter(({ at }) => at <= end);
  const start = startOf({ ...run, stages: reached });
  const last = run.stages.at(-1);
  const over = reached.length === run.stages.length;
  return {
    id: run.id,
    decidedAt: run.stages[0]?.at.toISOString() ?? '',
    ...(start ? { startedAt: start.toISOString() } : {}),
    endedAt: last?.at.toISOString() ?? '',
    // Where the history ends before the run does, it is still on its way.
    outcome: (over ? last : reached.at(-1))?.state ?? '',
    because: run.because,
    stages: run.stages.map(({ at, state }) => ({ at: at.toISOString(), state })),
  };
}

function reportDecision({ from, to, decision, reason, gate, detail }: DecisionSpan): DecisionReport {
  return {
    at: from.toISOString(),
    until: to.toISOString(),
    decision,
    reason,
    ...(gate === undefined ? {} : { gate }),
    detail,
  };
}
