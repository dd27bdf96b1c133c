import { createHash } from 'node:crypto';
import { nextSlot } from './slots.js';

/** Groups of a longer interval wait mostly for themselves. Milliseconds. */
export const LONGEST_PLACED_MS = 15_000;
/** How long after a scrape began its samples can be asked for, as a rule; milliseconds. */
const LANDING_MS = 60;
/** Room that each query of the groups that want the same place gets; milliseconds. */
const PER_QUERY_MS = 3;
/** A group moves when its samples would be younger by more than this; milliseconds. */
const WORTH_MS = 100;
/** Samples that are younger than the landing by more than this may or may not be there. */
const SLACK_MS = 20;
/** Samples that come this much later than expected were scraped one time before. */
const TOLERANCE_MS = 50;

/** How old the newest samples of a group's selectors are at its slot: milliseconds, and the number of series. */
export interface SampleAge {
  readonly ageMs: number;
  readonly weight: number;
}

/** How a group's place was found so far. */
export interface PlacementState {
  /** How long after the scrape the slot is to lie. */
  readonly landingMs: number;
  /** The mean age that the last move was to bring, until a look has confirmed it. */
  readonly expectedMs?: number;
  /** The mean age at the first look. */
  readonly firstMs?: number;
}

/** By so many milliseconds later; negative: earlier. */
export interface Move {
  readonly kind: 'move';
  readonly shiftMs: number;
  readonly state: PlacementState & { readonly expectedMs: number };
}

/** Where the slots are to lie from now on. */
export type Placement =
  | Move
  | { readonly kind: 'stay'; readonly state: PlacementState }
  /** Where the hash puts them: no place after a scrape shows its samples. */
  | { readonly kind: 'abandon' };

/**
 * How long after the scrape the slots of a group are to lie at first, or undefined when all groups of its kind need so much
 * room that nothing is gained. They share the time after the scrape, so that they do not ask all at once: each query gets 3
 * ms, and a hash says where in it a group stands. `queries` are those of all groups that want to be placed.
 */
export function firstLanding(groupKey: string, intervalMs: number, queries: number): number | undefined {
  const room = queries * PER_QUERY_MS;
  if (room > intervalMs / 2) return undefined;
  const digest = createHash('sha256').update(`landing ${groupKey}`).digest();
  return LANDING_MS + Math.floor((digest.readUInt32BE() / 2 ** 32) * room);
}

/**
 * Whether to move a group's slots, and by how much: to where the samples it reads are youngest on average. What a move
 * brought is looked at before the next one: samples that were to be there and are not need longer to arrive, so the slot
 * moves further behind the scrape, up to half the interval. There is at least one age.
 */
export function decidePlacement(
  ages: readonly SampleAge[],
  intervalMs: number,
  state: PlacementState,
): Placement {
  const { landingMs, expectedMs } = state;
  const seen = mean(ages.map(({ ageMs, weight }) => ({ value: ageMs, weight })));
  const firstMs = state.firstMs ?? seen;
  const move = (landing: number): Move => moveTo(ages, intervalMs, { landingMs: landing, firstMs });
  if (expectedMs !== undefined && seen > expectedMs + TOLERANCE_MS) {
    const later = Math.round(1.5 * landingMs);
    return later > intervalMs / 2 ? { kind: 'abandon' } : move(later);
  }
  // It was better where it was.
  if (expectedMs !== undefined && seen > firstMs + WORTH_MS) return { kind: 'abandon' };
  // What the last move was to bring is there: what is computed from other ages may be no better than what is seen.
  if (expectedMs !== undefined) return { kind: 'stay', state: { landingMs, firstMs } };
  const best = move(landingMs);
  const now = Math.max(seen, meanAfter(ages, intervalMs, landingMs, 0));
  return now - best.state.expectedMs > WORTH_MS ? best : { kind: 'stay', state: { landingMs, firstMs } };
}

/** The offset and the first slot after a move: at least half an interval later, so that slots only ever rise. */
export function movedSlot(
  slot: Date,
  intervalMs: number,
  offsetMs: number,
): { readonly offsetMs: number; readonly nextDueAt: Date } {
  const offset = modulo(offsetMs, intervalMs);
  return {
    offsetMs: offset,
    nextDueAt: nextSlot(new Date(slot.getTime() + intervalMs / 2), intervalMs, offset),
  };
}

/** The move after which samples are youngest on average: the landing after one of the scrapes. */
function moveTo(ages: readonly SampleAge[], intervalMs: number, state: PlacementState): Move {
  const expected = (shiftMs: number): number => meanAfter(ages, intervalMs, state.landingMs, shiftMs);
  const shifts = ages.map(({ ageMs }) => state.landingMs - ageMs);
  const best = shifts.reduce((a, b) => (expected(b) < expected(a) ? b : a));
  return { kind: 'move', shiftMs: best, state: { ...state, expectedMs: expected(best) } };
}

/** The mean age after a shift. What is too young then is not there yet, and the sample before it counts. */
function meanAfter(
  ages: readonly SampleAge[],
  intervalMs: number,
  landingMs: number,
  shiftMs: number,
): number {
  const youngest = landingMs - SLACK_MS;
  return mean(
    ages.map(({ ageMs, weight }) => ({
      value: youngest + modulo(ageMs + shiftMs - youngest, intervalMs),
      weight,
    })),
  );
}

function mean(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const weight = values.reduce((sum, one) => sum + one.weight, 0);
  return values.reduce((sum, one) => sum + one.value * one.weight, 0) / weight;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
