import { countsProblem, histogramProblem } from '../drift/drift-reference.schema.js';
import type { HistogramCounts } from '../drift/reference.js';
import type { CountedParts, SnapshotRequest } from '../rules/snapshot.js';
import { formatDuration } from '../schema/duration.js';

/** After this many times its waiting time a version is frozen without the features that hold too few events. */
const PATIENCE = 3;

/** What a look at counts comes to: they are frozen, without what is `left` out, or, in a sentence, what they wait for. */
export type PinDecision =
  | { readonly decision: 'pin'; readonly parts: CountedParts; readonly left: readonly string[] }
  | { readonly decision: 'wait'; readonly waitsFor: string };

/** What is known when counts are looked at. */
export interface PinLook {
  readonly request: Pick<SnapshotRequest, 'needed' | 'span'>;
  readonly counts: CountedParts | undefined;
  /** How long the version has served; for a fixed span it does not matter. */
  readonly servedMs: number;
}

interface Judged {
  readonly name: string;
  readonly events: number;
  readonly problem: string | undefined;
}

/**
 * Whether counts are a reference yet. Every part needs its events; a part that can never be one (all in one bucket, too
 * much beyond the last) is left out, and one with too few after three times the waiting time as well.
 */
export function decidePinning({ request, counts, servedMs }: PinLook): PinDecision {
  const parts = counts ? judgeParts(counts) : [];
  const wait = (waitsFor: string): PinDecision => ({ decision: 'wait', waitsFor });
  if (parts.length === 0) return wait('nothing was counted');
  const scarce = parts.filter(({ events }) => events < request.needed);
  const unfit = parts.filter((part) => !scarce.includes(part) && part.problem !== undefined);
  const ready = parts.filter((part) => !scarce.includes(part) && !unfit.includes(part));
  const patient = request.span.kind === 'settled' && servedMs < PATIENCE * request.span.settleMs;
  if (scarce.length > 0 && (patient || ready.length === 0)) {
    const told = scarce.map(({ name, events }) => `${name} ${Math.floor(events)} of ${request.needed}`);
    return wait(`too few events: ${told.join(', ')}`);
  }
  if (ready.length === 0) return wait(unfit.map(({ name, problem }) => `${name}: ${problem}`).join('; '));
  const names = new Set(ready.map(({ name }) => name));
  const features = Object.entries(counts?.features ?? {}).filter(([name]) => names.has(name));
  return {
    decision: 'pin',
    parts: {
      features: Object.fromEntries(features),
      ...(counts?.predictions && names.has(PREDICTIONS) ? { predictions: counts.predictions } : {}),
    },
    left: [...scarce, ...unfit].map(({ name }) => name),
  };
}

// A snapshot counts either features or predictions, so no feature can be mistaken for them.
const PREDICTIONS = 'predictions';

function judgeParts({ features, predictions }: CountedParts): readonly Judged[] {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  if (predictions) {
    const counts = Object.values(predictions);
    return [{ name: PREDICTIONS, events: sum(counts), problem: countsProblem(counts, 'classes') }];
  }
  return Object.entries(features).map(([name, histogram]: [string, HistogramCounts]) => ({
    name,
    events: sum(histogram.counts),
    problem: histogramProblem(histogram),
  }));
}

/** How a version that waits is told of: since when, for what, and what holds it up. */
export function tellWaiting(
  { span }: Pick<SnapshotRequest, 'span'>,
  version: string,
  since: Date,
  held?: string,
): string {
  if (span.kind === 'window') {
    const told = `the reference from ${span.from.toISOString()} to ${span.to.toISOString()} is not frozen yet`;
    return held === undefined ? `${told}: the span is not over` : `${told}: ${held}`;
  }
  const who = version === '' ? 'the model' : `version ${version}`;
  return (
    `no reference is pinned yet: ${who} settles since ${since.toISOString()}, and is frozen after ` +
    `${formatDuration(span.settleMs)} without an alert of the model${held === undefined ? '' : ` (${held})`}`
  );
}
