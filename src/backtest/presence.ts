import { metricNames } from '../promql/check-promql.js';
import { oneOfTexts, quotePromql } from '../promql/selector.js';
import type { Steps } from '../prometheus/range-samples.js';
import { PrometheusError } from '../prometheus/sample.js';
import type { AskRange } from './ask-history.js';
import type { BacktestPlan } from './plan.js';

/** Which metrics of the rules have data, and from when on. */
export interface Presence {
  /** Metric → the first instant it was seen at, Unix milliseconds, too late by 1/3600 of the span at most; no entry: never. */
  readonly firstSeen: ReadonlyMap<string, number>;
  /** Every metric the questions name. */
  readonly metrics: ReadonlySet<string>;
}

const LOOKS = 60;

/**
 * Looks at a few instants of the span which metrics there are: cheap, so a metric that is seldom there may be missed.
 * Undefined when that cannot be told. Rejects with a PrometheusError when the server is away.
 */
export async function findPresence(
  plan: BacktestPlan,
  ask: AskRange,
  signal: AbortSignal,
): Promise<Presence | undefined> {
  const metrics = new Set(plan.questions.flatMap(({ expr }) => [...metricNames(expr)]));
  if (metrics.size === 0) return undefined;
  const expr = `count by (__name__) ({__name__=~${quotePromql(oneOfTexts([...metrics]))}})`;
  const look = async (fromMs: number, toMs: number): Promise<Map<string, number>> => {
    const stepMs = Math.max(1000, Math.ceil((toMs - fromMs) / LOOKS / 1000) * 1000);
    const steps: Steps = { firstMs: fromMs, stepMs, count: Math.floor((toMs - fromMs) / stepMs) + 1 };
    const { series, starts, seriesOf } = await ask(expr, steps, signal);
    const first = new Map<string, number>();
    for (let k = 0; k < steps.count; k += 1) {
      for (let point = starts[k] as number; point < (starts[k + 1] as number); point += 1) {
        const name = series[seriesOf[point] as number]?.['__name__'] ?? '';
        if (!first.has(name)) first.set(name, fromMs + k * stepMs);
      }
    }
    return first;
  };
  try {
    const coarse = await look(plan.fromMs, plan.toMs);
    const earliest = Math.min(...coarse.values());
    const gapMs = Math.ceil((plan.toMs - plan.fromMs) / LOOKS);
    if (!Number.isFinite(earliest) || earliest === plan.fromMs) return { metrics, firstSeen: coarse };
    const fine = await look(Math.max(plan.fromMs, earliest - gapMs), earliest);
    return { metrics, firstSeen: new Map([...coarse, ...fine]) };
  } catch (error) {
    if (!(error instanceof PrometheusError) || error.reason === 'unavailable') throw error;
    return undefined;
  }
}
