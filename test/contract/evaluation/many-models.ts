import { parse } from 'yaml';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import { ruleKinds } from '../../../src/rules/kinds/index.js';
import type { ModelFacts } from '../../../src/rules/kinds/kind.js';
import { defaultModelFacts } from '../../../src/rules/model.schema.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import type { RuleGroup } from '../../../src/rules/rule.js';
import type { PastSeries } from '../../support/prometheus-past.js';
import { readmeBlock } from '../rules/rule-files.js';

/** When the past of the models begins and ends, in Unix seconds. */
export const MODELS_PAST = { from: 1_773_144_000, to: 1_773_172_800 };
const STEP_S = 240;

/** Names that need quoting in PromQL and in patterns. */
export const modelNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${['model-', 'a.b|', 'c "d" ', 'ü(', 'e\\'][n % 5]}${n}`);

/** The rules of the examples in the READMEs of all kinds, once for each model, in one group. */
export function exampleRules(models: readonly string[]): RuleGroup {
  const rules = ruleKinds.flatMap(({ kind }) => {
    const { groups } = parse(readmeBlock(kind.replaceAll('_', '-'), 'yaml')) as {
      readonly groups: readonly { readonly rules: readonly Record<string, { model?: string }>[] }[];
    };
    const examples = groups.flatMap((group) => group.rules);
    return models.flatMap((model) =>
      examples.map((example) => ({ ...example, [kind]: { ...example[kind], model } })),
    );
  });
  const facts = models.map((model, n): [string, ModelFacts] => [
    model,
    { ...defaultModelFacts(model), labelDelaySettledMs: n % 3 === 0 ? 0 : 3_600_000 },
  ]);
  const forms = RuleGroups.parse([{ name: 'examples', rules }]);
  const [group] = compileRuleGroups('test.yml', forms, new Map(facts), { defaultIntervalMs: 10_000 });
  return group as RuleGroup;
}

/** Eight hours of two versions of each model; some fail, some drift, some say nothing of their accuracy, some stop. */
export function pastOfModels(models: readonly string[]): readonly PastSeries[] {
  let state = 42;
  const next = (): number => (state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  const { from, to } = MODELS_PAST;
  return models.flatMap((model_name, n) =>
    ['1', '2'].flatMap((model_version) => {
      const end = n % 11 === 10 ? from + (to - from) / 2 : to;
      const times = Array.from(
        { length: Math.floor((end - from) / STEP_S) + 1 },
        (_, k) => from + k * STEP_S,
      );
      const series = (
        name: string,
        labels: Readonly<Record<string, string>>,
        value: (at: number) => number,
      ): PastSeries => ({
        name,
        labels: { model_name, model_version, ...labels },
        samples: times.map((at) => [at, value(at)]),
      });
      const counter = (
        name: string,
        labels: Readonly<Record<string, string>>,
        mean: (at: number) => number,
      ): PastSeries => {
        let total = 0;
        return series(name, labels, (at) => (total += Math.round(mean(at) * (0.8 + 0.4 * next()))));
      };
      const traffic = model_version === '1' ? 4 : 60;
      const late = (at: number): boolean => n % 4 === 1 && at > from + (to - from) / 2;
      return [
        counter('model_prediction_requests_total', {}, () => traffic),
        counter('model_prediction_errors_total', { error_type: 'oops' }, () => (n % 5) * 0.02 * traffic),
        ...(n % 7 === 6
          ? []
          : [
              counter('model_labeled_predictions_total', { outcome: 'correct' }, () => traffic * 0.8),
              counter(
                'model_labeled_predictions_total',
                { outcome: 'incorrect' },
                () => (n % 4) * 0.07 * traffic,
              ),
            ]),
        series('model_accuracy', {}, () => 0.85 + 0.1 * next()),
        ...(n % 2
          ? [series('model_accuracy_evaluated_timestamp_seconds', {}, (at) => at - 600 * (n % 3))]
          : []),
        series('model_trained_timestamp_seconds', {}, () => from - 86_400 * n * 4),
        ...['setosa', 'virginica'].map((name) =>
          counter(
            'predictions_total',
            { class: name },
            (at) => traffic * (late(at) === (name === 'setosa') ? 0.2 : 0.8),
          ),
        ),
        ...cumulative(['0.1', '0.25', '+Inf']).flatMap(([le, share]) =>
          counter(
            'model_prediction_latency_seconds_bucket',
            { le },
            () => traffic * (n % 3 ? share : share ** 3),
          ),
        ),
        ...['petal_length', 'petal_width', 'sepal_length'].flatMap((feature) =>
          cumulative(['1', '2', '4', '+Inf']).map(([le, share]) =>
            counter(
              'model_feature_value_bucket',
              { feature, le },
              (at) => traffic * (late(at) ? share ** 3 : share),
            ),
          ),
        ),
      ];
    }),
  );
}

function cumulative(bounds: readonly string[]): readonly (readonly [le: string, share: number])[] {
  return bounds.map((le, index) => [le, (index + 1) / bounds.length]);
}
