import type { Alert } from '../alerts/alert.js';
import type { History } from '../backtest/ask-history.js';
import type { PlannedRule } from '../backtest/plan.js';
import type { UnnumberedRow } from '../backtest/rule-record.js';
import { RuleReplay } from '../backtest/rule-replay.js';
import type { RuleHealth } from '../evaluation/rule-health.js';
import type { TemplateSurroundings } from '../evaluation/sight.js';
import type { SeriesLabels } from '../prometheus/sample.js';
import { METRIC_NAME } from '../promql/evaluate/label-sets.js';
import type { EvaluationFailure } from '../promql/evaluate/fault.js';
import { asHistoryAnswer, repeats, type SeriesAsker, tellProblem } from './ask-series.js';
import type { SeriesStore } from './series-store.js';
import type { TestGroup, TestRule } from './test-groups.js';

/** A rule that could not be evaluated, and when first. */
export interface ReplayProblem {
  /** `QueueLong`, or the series it would have recorded. */
  readonly rule: string;
  readonly atMs: number;
  readonly reason: EvaluationFailure;
  readonly message: string;
  /** Whether Prometheus would evaluate the same rule. */
  readonly recording: boolean;
}

/** All alerts and healths after the evaluation at one instant. */
export interface Look {
  readonly alerts: readonly Alert[];
  /** By the name of the alert; rules of one name: each. */
  readonly healths: readonly { readonly alert: string; readonly health: RuleHealth }[];
}

/** What came of the rules. */
export interface ReplayedTest {
  /** By the number of the evaluation, from 0. */
  readonly looks: ReadonlyMap<number, Look>;
  /** Transitions that matter to retraining. */
  readonly rows: readonly UnnumberedRow[];
  readonly problems: readonly ReplayProblem[];
}

/** When a test is evaluated: `count` instants from `firstMs` on, Unix milliseconds. */
export interface ReplaySpan {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** A rule on its way, with what it left in the series. */
interface Runner {
  readonly rule: TestRule;
  readonly groupOffsetMs: number;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly replay?: RuleReplay;
  recorded: ReadonlyMap<string, SeriesLabels>;
}

/**
 * Evaluates groups over the series of a test, slot by slot: alerting rules by the service's own evaluation, recording rules
 * into the series, each in its place. `lookAt` are the numbers of the evaluations after which the alerts are wanted.
 */
export function replayTest(
  groups: readonly TestGroup[],
  store: SeriesStore,
  asker: SeriesAsker,
  span: ReplaySpan,
  lookAt: ReadonlySet<number>,
  surroundings: TemplateSurroundings,
): ReplayedTest {
  const bounds = { fromMs: span.firstMs, toMs: span.firstMs + span.count * span.stepMs };
  const runners = groups.flatMap(({ group, form, rules }) =>
    rules.map((rule): Runner => ({
      rule,
      groupOffsetMs: group.queryOffsetMs,
      groupLabels: form.labels,
      ...(rule.is === 'alert' ? { replay: new RuleReplay(rule.planned, surroundings, bounds) } : {}),
      recorded: new Map(),
    })),
  );
  const problems = new Map<string, ReplayProblem>();
  const looks = new Map<number, Look>();
  for (let k = 0; k < span.count; k += 1) {
    const slotMs = span.firstMs + k * span.stepMs;
    for (const runner of runners) {
      const problem =
        runner.rule.is === 'record'
          ? record(runner, runner.rule, store, asker, slotMs)
          : evaluate(runner.replay as RuleReplay, runner.rule.planned, asker, span, k);
      if (problem && !problems.has(`${problem.reason} ${problem.rule}`))
        problems.set(`${problem.reason} ${problem.rule}`, problem);
    }
    if (lookAt.has(k)) looks.set(k, look(runners));
  }
  return {
    looks,
    rows: runners.flatMap(({ replay }) => replay?.record.rows ?? []),
    problems: [...problems.values()],
  };
}

function evaluate(
  replay: RuleReplay,
  { rule, questions }: PlannedRule,
  asker: SeriesAsker,
  span: ReplaySpan,
  k: number,
): ReplayProblem | undefined {
  const slotMs = span.firstMs + k * span.stepMs;
  let problem: ReplayProblem | undefined;
  const histories = questions.map(({ expr, offsetMs }): History => {
    const answer = asker.ask(expr, slotMs - offsetMs);
    if (!answer.ok && problem === undefined) {
      const { reason } = answer.problem;
      const message = `${tellProblem(answer.problem)} in ${expr}`;
      problem = { rule: rule.alert, atMs: slotMs, reason, message, recording: false };
    }
    return [{ first: k, count: 1, answer: asHistoryAnswer(answer, slotMs - offsetMs) }];
  });
  const failuresBefore = replay.record.slotsByState.error;
  replay.run({ firstMs: span.firstMs, stepMs: span.stepMs, count: span.count }, histories, k, k + 1);
  if (problem || replay.record.slotsByState.error === failuresBefore) return problem;
  const message = replay.record.error ?? 'the evaluation failed';
  return { rule: rule.alert, atMs: slotMs, reason: 'execution', message, recording: false };
}

function record(
  runner: Runner,
  { record: metric, expr, form }: TestRule & { readonly is: 'record' },
  store: SeriesStore,
  asker: SeriesAsker,
  slotMs: number,
): ReplayProblem | undefined {
  const answer = asker.ask(expr, slotMs - runner.groupOffsetMs);
  const failed = (reason: EvaluationFailure, message: string): ReplayProblem => ({
    rule: metric,
    atMs: slotMs,
    reason,
    message,
    recording: true,
  });
  if (!answer.ok) return failed(answer.problem.reason, `${tellProblem(answer.problem)} in ${expr}`);
  const samples = answer.samples.map((sample) => {
    const labels = { ...sample.labels, ...runner.groupLabels, ...form.labels, [METRIC_NAME]: metric };
    return {
      ...sample,
      labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    };
  });
  if (repeats(samples.map(({ labels }) => labels)))
    return failed('execution', `two of its series have the same labels in ${expr}`);
  runner.recorded = store.record(samples, slotMs, runner.recorded);
  return undefined;
}

function look(runners: readonly Runner[]): Look {
  const alerting = runners.flatMap(({ rule, replay }) =>
    rule.is === 'alert' && replay ? [{ rule, replay }] : [],
  );
  return {
    alerts: alerting.flatMap(({ replay }) => replay.openAlerts()),
    healths: alerting.map(({ rule, replay }) => ({
      alert: rule.planned.rule.alert,
      health: replay.health(),
    })),
  };
}
