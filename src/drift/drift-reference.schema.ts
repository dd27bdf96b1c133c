import { z } from 'zod';
import { overflowShare } from './buckets.js';
import { sigma } from './ordered-distances.js';
import type { DriftReference, HistogramCounts } from './reference.js';

/** Fewest events of a part: a smaller reference looks different by chance. */
export const LEAST_EVENTS = 500;
const MOST_OVERFLOW = 0.2;

const Count = z
  .number()
  .min(0, { error: (issue) => `expected a count of 0 or more, got ${String(issue.input)}` });

const UpperBound = z.union([z.number(), z.literal('+Inf')], { error: 'expected a number or "+Inf"' });

const Histogram = z
  .strictObject({
    kind: z.literal('histogram'),
    upper_bounds: z
      .array(UpperBound)
      .describe('bounds of the exporter’s buckets in rising order, then "+Inf"'),
    counts: z.array(Count).describe('values per bucket, not cumulative'),
    nulls: Count.default(0).describe('missing values, which no bucket counts'),
  })
  .superRefine(({ upper_bounds, counts }, context) => {
    const fail = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const bounds = upper_bounds.map(toNumber);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY)
      fail(['upper_bounds'], 'expected "+Inf" as the last upper bound');
    else if (bounds.some((bound, k) => k > 0 && bound <= (bounds[k - 1] as number))) {
      fail(['upper_bounds'], 'expected bounds in rising order, each of them once');
    } else if (counts.length !== bounds.length) {
      fail(['counts'], `expected one count per upper bound, got ${counts.length} for ${bounds.length}`);
    } else {
      const problem = histogramProblem({ upperBounds: bounds, counts });
      if (problem) fail(['counts'], problem);
    }
  });

const ClassCounts = z.record(z.string().min(1), Count).superRefine((counts, context) => {
  const problem = countsProblem(Object.values(counts), 'classes');
  if (problem) context.addIssue({ code: 'custom', message: problem });
});

/** A `drift-reference/1` file: what one version of a model saw and said when it was right, as counts. */
export const DriftReferenceFile = z.strictObject({
  format: z.literal('drift-reference/1'),
  model_name: z.string().min(1),
  model_version: z.string().min(1).optional(),
  created_at: z.string().optional(),
  source: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('where the counts come from; kept for people'),
  features: z.record(z.string().min(1), Histogram).default({}),
  predictions: z.strictObject({ class: ClassCounts }).optional(),
  quality: z
    .strictObject({ accuracy: z.number().min(0).max(1), n: z.int().min(1) })
    .optional()
    .describe('accuracy on held-out data, and on how many rows'),
});
export type DriftReferenceFile = z.output<typeof DriftReferenceFile>;

const toNumber = (bound: number | '+Inf'): number => (bound === '+Inf' ? Number.POSITIVE_INFINITY : bound);

/** Why counts of `what` cannot serve as a reference: too few, or all in one; undefined when they can. */
export function countsProblem(counts: readonly number[], what: 'buckets' | 'classes'): string | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < LEAST_EVENTS) {
    return `expected at least ${LEAST_EVENTS} events, got ${total}: a reference this small looks different by chance`;
  }
  if (counts.filter((count) => count > 0).length < 2) {
    return `expected at least two ${what} that hold anything: no change can be seen from one`;
  }
  return undefined;
}

/** Why a histogram cannot serve as a reference: too few values, or values its buckets tell nothing about. */
export function histogramProblem(histogram: HistogramCounts): string | undefined {
  const problem = countsProblem(histogram.counts, 'buckets');
  if (problem) return problem;
  const overflow = overflowShare(histogram);
  if (overflow > MOST_OVERFLOW) {
    const percent = Number((overflow * 100).toPrecision(3));
    return `expected at most 20% of the values beyond the last bound, got ${percent}%: give the exporter larger buckets`;
  }
  if (!((sigma(histogram.upperBounds, histogram.counts) ?? 0) > 0)) {
    return 'expected values that differ, got a spread of 0: give the exporter finer buckets';
  }
  return undefined;
}

/** The file as rules use it. `id` names it in evidence, e.g. its path and checksum. */
export function toDriftReference(file: DriftReferenceFile, id: string): DriftReference {
  const features = Object.entries(file.features).map(
    ([name, { upper_bounds, counts }]): [string, HistogramCounts] => [
      name,
      { upperBounds: upper_bounds.map(toNumber), counts },
    ],
  );
  return {
    id,
    ...(file.model_version === undefined ? {} : { modelVersion: file.model_version }),
    features: Object.fromEntries(features),
    ...(file.predictions ? { predictions: file.predictions.class } : {}),
    ...(file.quality ? { quality: file.quality } : {}),
  };
}
