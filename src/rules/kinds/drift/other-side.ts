import type { HistogramCounts } from '../../../drift/reference.js';
import { formatDuration } from '../../../schema/duration.js';
import type { CountedParts } from '../../snapshot.js';
import { SEASONS } from './queries.js';
import { type ClassCounts, readClasses, readHistograms } from './read-counts.js';
import { type Seasons, seasonalClasses, seasonalHistograms } from './seasons.js';
import { type Source, sourceOf } from './source.js';
import type { WindowInput } from './window-input.js';

/** The other side of a comparison, or why there is none yet or at all. */
export type OtherSide<Counts> =
  | {
      readonly ok: true;
      readonly counts: Counts;
      /** Names it in evidence. */
      readonly id: string;
      /** What people should know about it. */
      readonly note?: string;
    }
  | { readonly ok: false; readonly state: 'insufficient_data' | 'no_data'; readonly note: string };

/** The other side of each feature. */
export function otherSidesOfFeatures(input: WindowInput): (feature: string) => OtherSide<HistogramCounts> {
  const earlier = readHistograms(input.earlier);
  const seasons = seasonalHistograms(input.seasonal);
  return (feature) =>
    otherSide(input, sourceOf(input.spec, input.model, feature), {
      pick: ({ features }) => (Object.hasOwn(features, feature) ? features[feature] : undefined),
      earlier: earlier.get(feature),
      seasons: seasons.get(feature),
    });
}

/** The other side of the predictions. */
export function otherSideOfPredictions(input: WindowInput): OtherSide<ClassCounts> {
  return otherSide(input, sourceOf(input.spec, input.model), {
    pick: ({ predictions }) => predictions,
    earlier: readClasses(input.earlier),
    seasons: seasonalClasses(input.seasonal),
  });
}

interface Sides<Counts> {
  /** Finds the part in a reference. */
  readonly pick: (parts: CountedParts) => Counts | undefined;
  readonly earlier: Counts | undefined;
  readonly seasons: Seasons<Counts> | undefined;
}

const NOTHING = 'nothing to compare with';

function otherSide<Counts>(
  { spec, model, version, frozen }: WindowInput,
  source: Source,
  { pick, earlier, seasons }: Sides<Counts>,
): OtherSide<Counts> {
  const found = (counts: Counts | undefined, id: string, note?: string): OtherSide<Counts> =>
    counts === undefined
      ? { ok: false, state: 'no_data', note: NOTHING }
      : { ok: true, counts, id, ...(note === undefined ? {} : { note }) };
  switch (source) {
    case 'file': {
      const { reference } = model;
      const described = reference?.modelVersion;
      const other = described !== undefined && version !== '' && described !== version;
      const note = other ? `the reference describes version ${described}` : undefined;
      return found(reference && pick(reference), reference?.id ?? '', note);
    }
    case 'pinned':
    case 'window': {
      const reference = frozen?.reference;
      if (reference) return found(pick(reference), reference.id);
      return { ok: false, state: 'insufficient_data', note: frozen?.awaited ?? notFrozen(source) };
    }
    case 'rolling':
      return found(earlier, `${spec.model}, ${formatDuration(spec.offset)} earlier`);
    case 'seasonal':
      return found(
        seasons?.counts,
        `${spec.model}, the same hours of the last ${SEASONS} weeks`,
        young(seasons),
      );
    case 'none':
      return { ok: false, state: 'no_data', note: NOTHING };
  }
}

const notFrozen = (source: 'pinned' | 'window'): string =>
  source === 'pinned'
    ? 'no reference of this version is pinned yet'
    : 'the span of the reference is not counted yet';

/** A sentence about weeks that are missing; undefined when none is. */
function young(seasons: Seasons<unknown> | undefined): string | undefined {
  return seasons && seasons.weeks < SEASONS
    ? `only ${seasons.weeks} of ${SEASONS} weeks are known`
    : undefined;
}
