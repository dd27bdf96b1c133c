import { samplesAt, type Steps } from '../prometheus/range-samples.js';
import { PrometheusError } from '../prometheus/sample.js';
import { stripComparison } from '../promql/strip-comparison.js';
import type { AskRange } from './ask-history.js';
import { COLUMNS } from './columns.js';
import type { RuleReplay } from './rule-replay.js';

/**
 * Draws what plain PromQL hides: `expr > 5` returns nothing while all is well. Asks for the left side once per column of the
 * chart; of several series the one nearest to the line, or furthest beyond it. What cannot be had is not drawn.
 */
export async function drawHiddenValues(
  replay: RuleReplay,
  ask: AskRange,
  signal: AbortSignal,
): Promise<void> {
  const { rule, questions } = replay.planned;
  const { columns } = replay.record;
  const [question] = questions;
  const stripped = rule.kind === 'expr' && question ? stripComparison(question.expr) : undefined;
  if (!question || !stripped?.ok || question.slotBySlot) return;
  const { left, operator, threshold } = stripped.comparison;
  const worse = operator.startsWith('<') ? Math.min : Math.max;
  const stepMs = Math.max(1, Math.floor((columns.toMs - columns.fromMs) / COLUMNS));
  const steps: Steps = {
    firstMs: columns.fromMs - question.offsetMs,
    stepMs,
    count: Math.floor((columns.toMs - columns.fromMs) / stepMs) + 1,
  };
  try {
    const range = await ask(left, steps, signal);
    for (let k = 0; k < steps.count; k += 1) {
      const values = samplesAt(range, k).flatMap(({ value }) => (Number.isFinite(value) ? [value] : []));
      const index = columns.indexOf(columns.fromMs + k * stepMs);
      columns.threshold[index] = threshold;
      if (values.length > 0)
        columns.value(
          index,
          values.reduce((a, b) => worse(a, b)),
        );
    }
  } catch (error) {
    if (!(error instanceof PrometheusError)) throw error;
  }
}
