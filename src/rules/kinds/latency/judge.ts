import type { Evidence } from '../../../alerts/alert.js';
import type { Labels } from '../../../alerts/labels.js';
import type { HistogramCounts } from '../../../drift/reference.js';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import { formatDuration } from '../../../schema/duration.js';
import { wilson } from '../../../statistics/proportion.js';
import { modelLabels, observe } from '../../observation.js';
import { samplesByLabel } from '../../read-samples.js';
import { isServing, servingVersions } from '../../serving-versions.js';
import { formatShare } from '../../share.js';
import type { JudgeContext, Observation } from '../kind.js';
import { formatSeconds } from './seconds.js';
import { latencyQuantile, readLatencies, seriesAt, slowRequests } from './slow-requests.js';
import type { LatencySpec } from './spec.js';

/** Of the Wilson interval whose lower end must lie beyond the line: 95 %, both sides together. */
const Z = 1.96;
/** Fewest slow requests that fire: with a share close to 100 % a single one would do, and one is an accident. */
const LEAST_SLOW = 5;

/** The share of slow requests: of each version that serves where the buckets tell versions apart, else of the model. */
export function judgeLatency(
  spec: LatencySpec,
  samples: SamplesByQuery,
  { model }: JudgeContext,
): readonly Observation[] {
  const whole = modelLabels(spec.model, spec.where);
  const silent = (note: string): readonly Observation[] => [
    observe(whole, 'no_data', { ...baseOf(spec), value: null, note }),
  ];
  const serving = servingVersions(samples, model);
  if (serving.down) return silent('the model is not scraped any more');
  const buckets = samplesByLabel(samples['buckets'], 'model_version');
  const series = samplesByLabel(samples['series'], 'model_version');
  if (buckets.size === 0) {
    return silent(
      'model_prediction_latency_seconds_bucket has no series; native histograms, which have no buckets, are not read',
    );
  }
  const told = [...buckets.keys()].some((version) => version !== '');
  const waiting = told && serving.versions !== 'all' ? serving.versions : [];
  const versions = [...new Set([...buckets.keys(), ...waiting])].filter((version) =>
    isServing(version, serving),
  );
  if (versions.length === 0) return silent('no version that serves has a series');
  return versions.map((version) =>
    judgeVersion(
      spec,
      modelLabels(spec.model, spec.where, version),
      buckets.get(version) ?? [],
      series.get(version) ?? [],
    ),
  );
}

function judgeVersion(
  spec: LatencySpec,
  labels: Labels,
  buckets: readonly Sample[],
  series: readonly Sample[],
): Observation {
  const base = baseOf(spec);
  const silent = (note: string): Observation => observe(labels, 'no_data', { ...base, value: null, note });
  const histogram = readLatencies(buckets);
  if (!histogram) return silent('the buckets make no histogram: +Inf is missing, or a number is not usable');
  const counted = slowRequests(histogram, spec.under);
  if (!counted) return silent(explainBound(spec.under, histogram));
  const [behind, all] = [seriesAt(series, spec.under), seriesAt(series, '+Inf')];
  if (behind < all) {
    return silent(`only ${behind} of ${all} series have a bucket that ends at ${formatSeconds(spec.under)}`);
  }
  const { requests: n, slow } = counted;
  if (!Number.isFinite(n)) return silent('the buckets gave no usable number');
  if (n === 0) {
    const note = `no requests in ${formatDuration(spec.window)}`;
    return observe(labels, 'insufficient_data', { ...base, value: null, n, note });
  }
  const value = slow / n;
  const evidence = { ...base, value, n, note: tellShare(spec, histogram, value) };
  if (n < spec.min_requests) return observe(labels, 'insufficient_data', evidence);
  const bound = wilson({ share: value, n }, Z).lower;
  if (value <= base.threshold) return observe(labels, 'clear', { ...evidence, bound });
  if (bound > base.threshold && slow >= LEAST_SLOW)
    return observe(labels, 'breached', { ...evidence, bound });
  const note = `${evidence.note}; chance alone could do this`;
  return observe(labels, 'insufficient_data', { ...evidence, bound, note });
}

function baseOf(spec: LatencySpec): Pick<Evidence, 'measure' | 'needed'> & { readonly threshold: number } {
  // Rounded so that 95% leaves 0.05.
  const threshold = Number((1 - spec.share).toPrecision(12));
  return { measure: 'slow_share', threshold, needed: spec.min_requests };
}

/** Why nothing can be said about a bound, and which bounds there are instead. */
function explainBound(under: number, { upperBounds }: HistogramCounts): string {
  const finite = upperBounds.filter((bound) => bound !== Number.POSITIVE_INFINITY);
  const last = finite.at(-1);
  const bounds = `the bounds are ${finite.map(formatSeconds).join(', ')}`;
  if (last === undefined) return 'the histogram has no bucket but +Inf';
  if (under > last) {
    return (
      `what takes longer than ${formatSeconds(last)} is not told apart, so ${formatSeconds(under)} cannot be judged: ` +
      `give the exporter larger buckets, or write one of its bounds; ${bounds}`
    );
  }
  return `no bucket ends at ${formatSeconds(under)}: write one of the bounds there are; ${bounds}`;
}

function tellShare(spec: LatencySpec, histogram: HistogramCounts, value: number): string {
  const slow = `${formatShare(value)} of the requests took longer than ${formatSeconds(spec.under)} over ${formatDuration(spec.window)}`;
  const quantile = latencyQuantile(histogram, spec.share);
  if (!quantile) return slow;
  const name = `p${Number((spec.share * 100).toPrecision(6))}`;
  return `${slow}; ${name} is ${quantile.beyond ? 'beyond' : 'about'} ${formatSeconds(quantile.seconds)}`;
}
