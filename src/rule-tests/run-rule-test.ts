import { NO_DATA_ALERT, RULE_FAILING_ALERT } from '../evaluation/companion-alerts.js';
import type { TemplateSurroundings } from '../evaluation/sight.js';
import type { EvaluationOptions } from '../promql/evaluate/options.js';
import { didYouMean } from '../schema/did-you-mean.js';
import { formatDuration } from '../schema/duration.js';
import { SeriesAsker, tellProblem } from './ask-series.js';
import { checkAlerts } from './check-alerts.js';
import { type CheckResult, resultOf } from './check-result.js';
import { checkRuns } from './check-runs.js';
import { checkSamples } from './check-samples.js';
import { type Look, type ReplayedTest, replayTest } from './replay-test.js';
import type { LoadedTests } from './rule-test-files.store.js';
import type { RuleTest } from './rule-test.schema.js';
import { SeriesStore, seriesOf } from './series-store.js';
import { inEvalOrder, type TestGroup, testGroup } from './test-groups.js';

/** A check, and whether it could not be judged for PromQL that only Prometheus itself evaluates. */
export interface OwnCheck extends CheckResult {
  readonly unsupported?: true;
}

/** A test on its way: what its checks share. */
interface Scene {
  readonly loaded: LoadedTests;
  readonly index: number;
  readonly test: RuleTest;
  readonly groups: readonly TestGroup[];
  readonly asker: SeriesAsker;
  readonly replayed: ReplayedTest;
}

/** The groups of a test file, in the order in which they are evaluated. */
export function groupsOf({ rules, forms, tests }: LoadedTests): readonly TestGroup[] {
  const groups = rules.groups.flatMap((group) => {
    const form = forms.get(group.key);
    return form ? [testGroup(group, form, tests.evaluation_interval)] : [];
  });
  return inEvalOrder(groups, tests.group_eval_order);
}

/** Runs one test by our own evaluation. `version`: whose PromQL holds, that of Prometheus 2 or 3. */
export function runRuleTest(
  loaded: LoadedTests,
  index: number,
  groups: readonly TestGroup[],
  version: EvaluationOptions['version'],
): readonly OwnCheck[] {
  const test = loaded.tests.tests[index] as RuleTest;
  const stepMs = loaded.tests.evaluation_interval;
  const firstMs = test.start_timestamp;
  const store = new SeriesStore(seriesOf(test.input_series, firstMs, test.interval ?? stepMs));
  const asker = new SeriesAsker(store, { version, subqueryStepMs: stepMs });
  const asked = [...test.alert_rule_test, ...test.promql_expr_test, ...test.run_test];
  const lastMs = Math.max(0, ...asked.map(({ eval_time: at }) => at));
  const surroundings: TemplateSurroundings = {
    externalLabels: test.external_labels,
    externalUrl: test.external_url,
    prometheusAddress: '',
  };
  const replayed = replayTest(
    groups,
    store,
    asker,
    { firstMs, stepMs, count: Math.floor(lastMs / stepMs) + 1 },
    new Set(test.alert_rule_test.map(({ eval_time: at }) => Math.floor(at / stepMs))),
    surroundings,
  );
  const scene: Scene = { loaded, index, test, groups, asker, replayed };
  return [...failures(scene), ...alertChecks(scene), ...exprChecks(scene), ...runChecks(scene)];
}

/** Rules that fail as they would in Prometheus. A test of the alert that tells of it wants just that. */
function failures({ test, replayed }: Scene): readonly OwnCheck[] {
  if (test.alert_rule_test.some(({ alertname }) => alertname === RULE_FAILING_ALERT)) return [];
  return replayed.problems
    .filter(({ reason }) => reason !== 'unsupported')
    .map(({ rule, atMs, message }) =>
      resultOf(`rule ${rule}`, [`fails at ${formatDuration(atMs - test.start_timestamp)}: ${message}`]),
    );
}

function alertChecks(scene: Scene): readonly OwnCheck[] {
  const { loaded, index, test, groups, replayed } = scene;
  const names = groups.flatMap(({ group }) => group.rules.map(({ alert }) => alert));
  return test.alert_rule_test.map((wanted, at): OwnCheck => {
    const { alertname, eval_time: atMs } = wanted;
    const position = loaded.positionOf(['tests', index, 'alert_rule_test', at]);
    const check = `alert ${alertname} at ${formatDuration(atMs)}`;
    if (![...names, NO_DATA_ALERT, RULE_FAILING_ALERT].includes(alertname)) {
      const lines = [`no rule is named ${JSON.stringify(alertname)}${didYouMean(alertname, names)}`];
      return { check, status: 'error', lines, position };
    }
    const unknown = unsupportedFor(replayed, (rule) => rule === alertname);
    if (unknown) return { check, status: 'error', lines: [unknown], position, unsupported: true };
    const slot = Math.floor(atMs / loaded.tests.evaluation_interval);
    return resultOf(check, checkAlerts(wanted, replayed.looks.get(slot) as Look), position);
  });
}

function exprChecks({ loaded, index, test, asker, replayed }: Scene): readonly OwnCheck[] {
  return test.promql_expr_test.map(({ expr, eval_time: atMs, exp_samples: expected }, at): OwnCheck => {
    const position = loaded.positionOf(['tests', index, 'promql_expr_test', at]);
    const check = `${expr} at ${formatDuration(atMs)}`;
    const unknown = unsupportedFor(replayed, () => false);
    if (unknown) return { check, status: 'error', lines: [unknown], position, unsupported: true };
    const answer = asker.ask(expr, test.start_timestamp + atMs);
    if (answer.ok)
      return resultOf(check, checkSamples(expected, answer.samples, loaded.tests.fuzzy_compare), position);
    const lines = [tellProblem(answer.problem)];
    if (answer.problem.reason !== 'unsupported') return resultOf(check, lines, position);
    return { check, status: 'error', lines, position, unsupported: true };
  });
}

function runChecks({ loaded, index, test, replayed }: Scene): readonly OwnCheck[] {
  const { policies } = loaded.rules;
  const names = policies.map(({ name }) => name);
  return test.run_test.map((wanted, at): OwnCheck => {
    const position = loaded.positionOf(['tests', index, 'run_test', at]);
    const check = `runs of ${wanted.policy} at ${formatDuration(wanted.eval_time)}`;
    const unknown = names.includes(wanted.policy)
      ? unsupportedFor(replayed, () => true)
      : `no policy is named ${JSON.stringify(wanted.policy)}${didYouMean(wanted.policy, names)}`;
    if (unknown) return { check, status: 'error', lines: [unknown], position };
    const lines = checkRuns(wanted, replayed.rows, policies, test.runs, test.start_timestamp);
    return resultOf(check, lines, position);
  });
}

/** Why nothing can be said: a rule that matters, or a recording rule, on which anything may rest, holds PromQL that is not known here. */
function unsupportedFor({ problems }: ReplayedTest, matters: (rule: string) => boolean): string | undefined {
  const found = problems.find(
    ({ reason, rule, recording }) => reason === 'unsupported' && (recording || matters(rule)),
  );
  return found && `${found.rule}: ${found.message}`;
}
