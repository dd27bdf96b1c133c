import type { Comparison, Incomparable } from '../../../drift/compare.js';
import type { Distance } from '../../../drift/distance-names.js';
import { limitOf, type Part, type PartContext } from './part.js';
import { SEASONS } from './queries.js';
import type { Seasons } from './seasons.js';

/**
 * A part that drifted, held against the same hours of the last weeks as well: calm when it looks as it does at this time of
 * the week. Without those weeks nothing can be said.
 */
export function guardPart<Counts>(
  part: Part,
  context: PartContext,
  seasons: Seasons<Counts> | undefined,
  compare: (seasonal: Counts, distance: Distance) => Comparison | Incomparable,
): Part {
  const { comparison } = part;
  if (!context.spec.seasonal_guard || part.state !== 'drifted' || !comparison) return part;
  const unknown = (why: string): Part => ({
    ...part,
    state: 'insufficient_data',
    note: `seasonal guard: ${why}`,
  });
  if (!seasons) return unknown(`nothing is known of the same hours of the last ${SEASONS} weeks`);
  const seasonal = compare(seasons.counts, comparison.distance);
  if (!seasonal.ok) return unknown('the same hours of the last weeks cannot be compared');
  const weeks = `${seasons.weeks} of the last ${SEASONS} weeks`;
  if (seasonal.n < context.spec.min_samples) return unknown(`too few events in the same hours of ${weeks}`);
  const distance = Number(seasonal.value.toPrecision(3));
  if (seasonal.value <= limitOf(context, comparison.distance))
    return { ...part, state: 'calm', note: `seasonal: only ${distance} from the same hours of ${weeks}` };
  return { ...part, note: `not seasonal: ${distance} from the same hours of ${weeks}` };
}
