import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decidePlacement,
  firstLanding,
  movedSlot,
  type PlacementState,
  type SampleAge,
} from './place-slot.js';

/** A target scraped every `scrapeMs` at a phase, whose samples can be asked for `lagMs` later. */
interface Target {
  readonly phaseMs: number;
  readonly scrapeMs: number;
  readonly lagMs: number;
  readonly weight?: number;
}

function ageAt(slotMs: number, { phaseMs, scrapeMs, lagMs, weight = 1 }: Target): SampleAge {
  const visible = slotMs - lagMs;
  const newest = Math.floor((visible - phaseMs) / scrapeMs) * scrapeMs + phaseMs;
  return { ageMs: slotMs - newest, weight };
}

/** Looks, moves and looks again until it stays; the offset, and how many moves it took. */
function settle(targets: readonly Target[], intervalMs: number, offsetMs: number, landingMs = 60) {
  let state: PlacementState = { landingMs };
  let slot = 1000 * intervalMs + offsetMs;
  for (let moves = 0; moves < 20; moves += 1) {
    const ages = targets.map((target) => ageAt(slot, target));
    const placement = decidePlacement(ages, intervalMs, state);
    if (placement.kind !== 'move')
      return { kind: placement.kind, slot, ages: ages.map(({ ageMs }) => ageMs), moves };
    slot += 10 * intervalMs + placement.shiftMs;
    state = placement.state;
  }
  return { kind: 'restless', slot, ages: [], moves: 20 };
}

describe('a group is placed', () => {
  it.each<
    [sentence: string, targets: readonly Target[], intervalMs: number, ages: readonly number[], kind?: string]
  >([
    ['just after the scrape of its target', [{ phaseMs: 137, scrapeMs: 1000, lagMs: 5 }], 1000, [60]],
    [
      'just after one of the scrapes within its interval',
      [{ phaseMs: 137, scrapeMs: 1000, lagMs: 5 }],
      5000,
      [60],
    ],
    [
      'later behind a target that answers slowly',
      [{ phaseMs: 137, scrapeMs: 1000, lagMs: 190 }],
      1000,
      [203],
    ],
    [
      'later behind a slow one that is scraped more often',
      [{ phaseMs: 137, scrapeMs: 1000, lagMs: 190 }],
      5000,
      [203],
    ],
    [
      'after the last of two that are scraped one after the other',
      [
        { phaseMs: 100, scrapeMs: 1000, lagMs: 5 },
        { phaseMs: 300, scrapeMs: 1000, lagMs: 5 },
      ],
      1000,
      [260, 60],
    ],
    [
      'after the one with more series',
      [
        { phaseMs: 0, scrapeMs: 1000, lagMs: 5, weight: 1 },
        { phaseMs: 500, scrapeMs: 1000, lagMs: 5, weight: 9 },
      ],
      1000,
      [560, 60],
    ],
  ])('%s', (_sentence, targets, intervalMs, ages) => {
    for (const offset of [0, 150, 360, 777]) {
      expect(settle(targets, intervalMs, offset)).toMatchObject({ kind: 'stay', ages });
    }
  });

  it('not at all after a scrape that takes most of the interval', () => {
    expect(settle([{ phaseMs: 0, scrapeMs: 1000, lagMs: 700 }], 1000, 300).kind).toBe('abandon');
  });

  it('not where the gain is small: it stays', () => {
    expect(settle([{ phaseMs: 0, scrapeMs: 1000, lagMs: 5 }], 1000, 150)).toMatchObject({
      kind: 'stay',
      moves: 0,
    });
  });

  it('once more when its target is scraped at another time', () => {
    const state = { landingMs: 60 };
    expect(decidePlacement([{ ageMs: 62, weight: 1 }], 1000, state).kind).toBe('stay');
    expect(decidePlacement([{ ageMs: 480, weight: 1 }], 1000, state)).toMatchObject({
      kind: 'move',
      shiftMs: -420,
    });
  });

  it('where samples are younger than by its hash, or goes back there, within a few moves', () => {
    const target = fc.record({
      phaseMs: fc.nat(4999),
      scrapeMs: fc.constantFrom(1000, 5000),
      lagMs: fc.integer({ min: 1, max: 400 }),
      weight: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(target, { minLength: 1, maxLength: 4 }), fc.nat(4999), (targets, offset) => {
        const { kind, slot, moves } = settle(targets, 5000, offset);
        expect(moves).toBeLessThan(10);
        if (kind !== 'stay') return;
        const meanAge = (at: number): number => {
          const ages = targets.map((one) => ageAt(at, one));
          const weight = ages.reduce((sum, one) => sum + one.weight, 0);
          return ages.reduce((sum, one) => sum + one.ageMs * one.weight, 0) / weight;
        };
        expect(meanAge(slot)).toBeLessThanOrEqual(meanAge(5_000_000 + offset) + 100);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('firstLanding', () => {
  it('lies 60 ms behind the scrape, and a little more for each query of the others', () => {
    expect(firstLanding('a', 1000, 0)).toBe(60);
    const many = Array.from({ length: 200 }, (_, n) => firstLanding(`g${n}`, 1000, 100) ?? Number.NaN);
    expect(Math.min(...many)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...many)).toBeLessThan(360);
    expect(new Set(many).size).toBeGreaterThan(100);
  });

  it('is none where all of them need more than half the interval', () => {
    expect(firstLanding('a', 5000, 833)).toBeDefined();
    expect(firstLanding('a', 5000, 834)).toBeUndefined();
  });
});

describe('movedSlot', () => {
  it('is the first slot of the new offset that lies at least half an interval away', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: -5000, max: 10_000 }), (at, offset) => {
        const { offsetMs, nextDueAt } = movedSlot(new Date(at), 5000, offset);
        const gap = nextDueAt.getTime() - at;
        expect(gap).toBeGreaterThan(2500);
        expect(gap).toBeLessThanOrEqual(7500);
        expect(offsetMs).toBeGreaterThanOrEqual(0);
        expect(offsetMs).toBeLessThan(5000);
        expect(nextDueAt.getTime() % 5000).toBe(offsetMs);
      }),
    );
  });
});
