import type { PromQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { oneOfTexts, quotePromql, range, selector } from '../../../promql/selector.js';
import type { ErrorRateSpec } from './spec.js';

/** Every span a rule counts requests over, in milliseconds. */
function windowsOf(spec: ErrorRateSpec): readonly number[] {
  if (spec.slo === undefined) return [spec.window];
  return [...new Set(spec.burn.flatMap((tier) => [tier.long, tier.short]))];
}

/** Failed and all requests per window. Errors carry no version, so both are summed over all versions of the model. */
export function errorRateQueries(spec: ErrorRateSpec): readonly PromQuery[] {
  const labels = { model_name: spec.model, ...spec.where };
  const excluded = Object.entries(spec.exclude).map(
    ([name, values]) => `${name}!~${quotePromql(oneOfTexts(values))}`,
  );
  const errors = `model_prediction_errors_total${selector(labels, ...excluded)}`;
  const requests = `model_prediction_requests_total${selector(labels)}`;
  return windowsOf(spec).flatMap((ms) => [
    { name: `errors_${formatDuration(ms)}`, expr: `sum(increase(${errors}${range(ms)}))` },
    { name: `requests_${formatDuration(ms)}`, expr: `sum(increase(${requests}${range(ms)}))` },
  ]);
}
