import { layOutBySteps, type RangeSamples } from '../prometheus/range-samples.js';
import { PrometheusError } from '../prometheus/sample.js';
import { type Evaluation, evaluateQuery } from '../promql/evaluate/evaluate.js';
import type { EvaluationProblem } from '../promql/evaluate/fault.js';
import { keyOf } from '../promql/evaluate/label-sets.js';
import type { EvaluationOptions } from '../promql/evaluate/options.js';
import { parseQuery } from '../promql/evaluate/parse-query.js';
import { vectorSelectors } from '../promql/vector-selectors.js';
import type { SeriesStore } from './series-store.js';

/** Prometheus keeps its own alerts as these series; Retune writes none. */
const ALERTS = /^ALERTS(?:_FOR_STATE)?(?![\w:])|__name__\s*=~?\s*["'`]ALERTS/;

/** Puts expressions to the series of one test. */
export class SeriesAsker {
  private readonly parsed = new Map<string, ReturnType<typeof parseQuery>>();

  constructor(
    private readonly store: SeriesStore,
    private readonly options: Partial<EvaluationOptions>,
  ) {}

  /** What Prometheus would answer at an instant, Unix milliseconds; a problem where that is not known here. */
  ask(expr: string, atMs: number): Evaluation {
    const parsed = this.read(expr);
    return parsed.ok ? evaluateQuery(parsed.query, this.store.all(), atMs, this.options) : parsed;
  }

  private read(expr: string): ReturnType<typeof parseQuery> {
    let parsed = this.parsed.get(expr);
    if (parsed === undefined) {
      parsed = vectorSelectors(expr).some((selector) => ALERTS.test(selector))
        ? {
            ok: false,
            problem: {
              reason: 'unsupported',
              line: 1,
              column: 1,
              message: 'ALERTS holds what Prometheus itself evaluates',
            },
          }
        : parseQuery(expr);
      this.parsed.set(expr, parsed);
    }
    return parsed;
  }
}

/** The answer of one instant, in the form in which a history is replayed. */
export function asHistoryAnswer(evaluation: Evaluation, atMs: number): RangeSamples | PrometheusError {
  if (!evaluation.ok) return new PrometheusError('bad_query', tellProblem(evaluation.problem));
  const steps = { firstMs: atMs, stepMs: 1, count: 1 };
  const series = evaluation.samples.map(({ labels, value }) => ({
    labels,
    steps: Int32Array.of(0),
    values: Float64Array.of(value),
  }));
  return layOutBySteps(steps, series);
}

/** `1:5 the operator … is not evaluated here`: the place is inside the expression. */
export function tellProblem({ line, column, message }: EvaluationProblem): string {
  return `${line}:${column} ${message}`;
}

/** Whether two of the label sets are the same, which Prometheus refuses to record. */
export function repeats(sets: readonly Readonly<Record<string, string>>[]): boolean {
  return new Set(sets.map(keyOf)).size < sets.length;
}
