import { describe, expect, it } from '@jest/globals';
import { DISTANCES, type Distance } from './distance-names.js';
import { compareClasses, compareHistograms } from './compare.js';
import { noiseFloor } from './noise-floor.js';

/** Deterministic uniform numbers (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05];
const BOUNDS = [1, 2, 3, 4, 5, 6, Infinity];
function draw(n: number, next: () => number): number[] {
  const counts = SHARES.map(() => 0);
  for (let k = 0; k < n; k += 1) {
    let left = next();
    let bucket = 0;
    while (bucket < SHARES.length - 1 && (left -= SHARES[bucket] as number) > 0) bucket += 1;
    counts[bucket] = (counts[bucket] as number) + 1;
  }
  return counts;
}

describe('noiseFloor', () => {
  const trials = 2000;
  const next = random(42);
  const pairs = Array.from({ length: trials }, () => ({
    reference: { upperBounds: BOUNDS, counts: draw(1500, next) },
    current: { upperBounds: BOUNDS, counts: draw(500, next) },
  }));

  it.each<[Distance, number, number]>([
    ['psi', 0.4, 2],
    ['kl', 0.4, 2],
    ['jsd', 0.4, 2],
    ['hellinger', 0.4, 2],
    ['cramers_v', 0.4, 2],
    ['tv', 0.4, 2],
    ['linf', 0, 1],
    ['ks', 0, 1],
    ['wasserstein', 0.4, 2],
  ])('%s passes its floor of 1 % by chance in %p to %p percent of the cases', (distance, least, most) => {
    const passed = pairs.filter(({ reference, current }) => {
      const result = compareHistograms(reference, current, { distance, significance: 0.01, maxOverflow: 1 });
      return result.ok && result.value > result.floor;
    });
    const percent = (100 * passed.length) / trials;
    expect(percent).toBeGreaterThanOrEqual(least);
    expect(percent).toBeLessThanOrEqual(most);
  });

  it.each<[Distance, number]>([
    ['psi', 93],
    ['jsd', 167],
  ])('%s of three classes needs about %p events for a floor of 0.1', (distance, n) => {
    const reference = [1e9, 1e9, 1e9];
    const third = n / 3;
    expect(noiseFloor(distance, { reference, current: [third, third, third] }, 0.01)).toBeCloseTo(0.1, 2);
  });

  it.each(DISTANCES)('%s has no floor without events', (distance) => {
    const sides = { reference: [0, 0], current: [1, 2], upperBounds: [1, Infinity] };
    expect(noiseFloor(distance, sides, 0.01)).toBeNull();
  });
});

describe('comparisons', () => {
  const options = { distance: 'auto', significance: 0.01, maxOverflow: 0.05 } as const;
  const histogram = (counts: number[]) => ({ upperBounds: [1, 2, 3, Infinity], counts });

  it('take wasserstein for a histogram that holds its values', () => {
    const result = compareHistograms(histogram([500, 300, 190, 10]), histogram([200, 300, 490, 10]), options);
    expect(result).toMatchObject({ ok: true, distance: 'wasserstein', n: 1000, m: 1000 });
    expect(result).toMatchObject({ moved: [{ name: '≤ 1' }, { name: '2–3' }] });
    expect(result.ok && result.value > result.floor && result.pValue < 1e-6).toBe(true);
  });

  it('take jsd when values lie beyond the last bound, and refuse wasserstein', () => {
    const [reference, current] = [histogram([500, 300, 190, 10]), histogram([400, 300, 200, 100])];
    expect(compareHistograms(reference, current, options)).toMatchObject({ distance: 'jsd', overflow: 0.1 });
    expect(compareHistograms(reference, current, { ...options, distance: 'wasserstein' })).toMatchObject({
      ok: false,
      reason: 'overflow',
    });
  });

  it.each([
    ['empty', histogram([0, 0, 0, 0]), histogram([1, 2, 3, 4])],
    ['empty', histogram([1, 2, 3, 4]), histogram([0, 0, 0, 0])],
    ['layout_changed', histogram([1, 2, 3, 4]), { upperBounds: [10, 20, Infinity], counts: [1, 2, 3] }],
  ])('are refused: %s', (reason, reference, current) => {
    expect(compareHistograms(reference, current, options)).toMatchObject({ ok: false, reason });
  });

  it('put classes together by name and count a missing one as 0', () => {
    const result = compareClasses({ a: 500, b: 500 }, { b: 300, c: 300 }, options);
    expect(result).toMatchObject({ ok: true, distance: 'jsd', n: 1000, m: 600 });
    expect(result.ok && result.moved.map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('refuse an order where there is none', () => {
    expect(compareClasses({ a: 1 }, { a: 1 }, { ...options, distance: 'ks' })).toMatchObject({
      reason: 'no_order',
    });
  });

  it('do not call a change of a billionth real', () => {
    const result = compareClasses({ a: 5e8, b: 5e8 }, { a: 500_000_001, b: 499_999_999 }, options);
    expect(result.ok && result.pValue).toBeGreaterThan(0.9);
  });
});
