import type { TemplateSurroundings } from '../evaluation/sight.js';
import type { Policy } from '../retraining/policy.js';
import type { Columns } from './columns.js';
import { detect, type LabelledIncident } from './labelled-incident.js';
import { notesOf } from './notes.js';
import type { BacktestPlan } from './plan.js';
import { findPresence } from './presence.js';
import { replayPolicies } from './replay-policies.js';
import { type ReplayIo, replayRules } from './replay-rules.js';
import { type Assumptions, type BacktestReport, incidentReport } from './report.js';
import { reportPolicy, type RunCost } from './report-policy.js';
import { reportRule } from './report-rule.js';
import type { RuleReplay } from './rule-replay.js';
import { drawHiddenValues } from './shown-values.js';
import type { RunAssumptions } from './simulated-run.js';

/** Everything a backtest is told besides what to replay. */
export interface BacktestSettings {
  readonly policies: readonly Policy[];
  readonly costs: ReadonlyMap<string, RunCost>;
  readonly assumptions: RunAssumptions;
  /** The mode of all policies, where it was overridden; `policies` have it already. */
  readonly mode?: string;
  readonly incidents?: readonly LabelledIncident[];
  readonly surroundings: TemplateSurroundings;
  /** Whether charts are wanted, which costs a few more queries. */
  readonly charts: boolean;
}

/** What a backtest needs of the world. */
export interface BacktestIo extends ReplayIo {
  /** Milliseconds since the beginning. */
  readonly elapsedMs: () => number;
}

/** The report, and what its charts are drawn from, by the key of the rule. */
export interface Backtest {
  readonly report: BacktestReport;
  readonly charts: ReadonlyMap<string, Columns>;
  /** False when no rule could ask for anything that exists. */
  readonly hasData: boolean;
}

/**
 * Sends rules and then policies through history. Stops when the signal is aborted and reports what is done by then.
 * Rejects with a PrometheusError when the server is away.
 */
export async function runBacktest(
  plan: BacktestPlan,
  settings: BacktestSettings,
  io: BacktestIo,
): Promise<Backtest> {
  const quietly = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return io.signal.aborted ? undefined : await work();
    } catch (error) {
      if (io.signal.aborted) return undefined;
      throw error;
    }
  };
  const presence = await quietly(() => findPresence(plan, io.ask, io.signal));
  const replayed = await replayRules(plan, settings.surroundings, io);
  const { replays } = replayed;
  if (settings.charts)
    for (const replay of replays) await quietly(() => drawHiddenValues(replay, io.ask, io.signal));

  const stopped = replayed.coveredMs <= plan.toMs;
  const end = new Date(stopped ? replayed.coveredMs : plan.toMs);
  const rows = replays.flatMap(({ record }) => record.rows);
  const { records } = replayPolicies(
    rows,
    settings.policies,
    settings.assumptions,
    new Date(plan.fromMs),
    end,
  );
  const incidents = settings.incidents?.filter(({ fromMs }) => fromMs <= end.getTime());
  const rules = replays.map((replay) => ({
    replay,
    rule: nameOf(replay, replays),
    episodes: replay.record.episodes,
  }));
  const report: BacktestReport = {
    format: 'retune-backtest/1',
    from: new Date(plan.fromMs).toISOString(),
    to: new Date(plan.toMs).toISOString(),
    ...(stopped ? { stoppedAt: end.toISOString() } : {}),
    prometheus: settings.surroundings.prometheusAddress,
    effort: {
      rules: replays.length,
      evaluations: replays.reduce((sum, { record }) => sum + record.slots, 0),
      requests: replayed.requests,
      points: replayed.points,
      seconds: io.elapsedMs() / 1000,
    },
    assumptions: assumptionsOf(settings),
    rules: rules.map(({ replay, rule }) => reportRule(replay, rule, incidents, end)),
    policies: records.map((record) => reportPolicy(record, settings.costs.get(record.policy.model), end)),
    ...(incidents ? { incidents: detect(incidents, rules).map(incidentReport) } : {}),
    notes: notesOf({ plan, replayed, presence, policies: settings.policies }),
  };
  const charts = new Map(replays.map(({ planned, record }) => [planned.rule.key, record.columns]));
  return { report, charts, hasData: replayed.points > 0 || (presence?.firstSeen.size ?? 0) > 0 };
}

/** The alert, with its group before it where other groups have one of that name. */
function nameOf({ planned }: RuleReplay, all: readonly RuleReplay[]): string {
  const { rule, group } = planned;
  const shared = all.some(
    (other) => other.planned.rule.alert === rule.alert && other.planned.group !== group,
  );
  return shared ? `${group.name}/${rule.alert}` : rule.alert;
}

function assumptionsOf({ assumptions, mode }: BacktestSettings): Assumptions {
  const { durationMs, outcome, approveAfterMs } = assumptions;
  return {
    runSeconds: durationMs / 1000,
    runOutcome: outcome,
    approveAfterSeconds: approveAfterMs === undefined ? null : approveAfterMs / 1000,
    ...(mode === undefined ? {} : { mode }),
  };
}
