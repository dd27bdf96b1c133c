import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { chiSquare } from './chi-square.js';
import { hellinger, jsd, kl, largestChange, psi, totalVariation } from './distances.js';
import { chiSquareTail, chiSquareUpperQuantile, kolmogorovTail, normalQuantile } from './distributions.js';
import { ks, sigma, wasserstein, wassersteinNormed } from './ordered-distances.js';

interface Vector {
  readonly name: string;
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly upper_bounds?: readonly (number | '+Inf')[];
  readonly [measure: string]: unknown;
}
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../test/fixtures/rules/${name}.json`, import.meta.url), 'utf8'));
// Both are written by make-vectors.py beside them.
const { cases } = fixture('drift-vectors') as { readonly cases: readonly Vector[] };
const distributions = fixture('distribution-vectors') as Record<string, readonly [number, number, number][]>;

/** NaN never passes, and neither does null. */
const expectNear = (value: number | null | undefined, expected: unknown): void => {
  const wanted = expected as number;
  expect(typeof value).toBe('number');
  expect(Math.abs((value as number) - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
};

describe('distances agree with vectors computed by other identities', () => {
  it.each(cases.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { reference: r, current: c } = vector;
    expectNear(kl(r, c), vector['kl']);
    expectNear(psi(r, c), vector['psi']);
    expectNear(hellinger(r, c), vector['hellinger']);
    expectNear(totalVariation(r, c), vector['tv']);
    expectNear(largestChange(r, c), vector['linf']);
    const test = chiSquare(r, c);
    expectNear(test?.statistic, vector['chi2']);
    expect(test?.dof).toBe(vector['dof']);
    expectNear(test?.pValue, vector['p']);
    expectNear(test?.cramersV, vector['cramers_v']);
    expectNear(jsd(r, c), vector['jsd']);
    if (!vector.upper_bounds) return;
    const upperBounds = vector.upper_bounds.map((bound) => (bound === '+Inf' ? Infinity : bound));
    expectNear(ks(r, c), vector['ks']);
    expectNear(sigma(upperBounds, r), vector['sigma']);
    expectNear(wasserstein(upperBounds, r, c), vector['wasserstein']);
    expectNear(wassersteinNormed(upperBounds, r, c), vector['wasserstein_normed']);
  });

  it('among them what is easily got wrong', () => {
    const has = (matches: (vector: Vector) => boolean): boolean => cases.some(matches);
    const shared = (one: Vector): boolean => one.reference.some((r, k) => r > 0 && (one.current[k] ?? 0) > 0);
    expect(has(({ reference, current }) => reference.some((r, k) => r === 0 && current[k] === 0))).toBe(true);
    expect(has((vector) => !shared(vector))).toBe(true);
    expect(has(({ reference }) => reference.some((r) => r >= 1e9))).toBe(true);
    expect(has(({ upper_bounds, current }) => upper_bounds !== undefined && (current.at(-1) ?? 0) > 0)).toBe(
      true,
    );
  });

  it('keeps nine digits of a tiny Jensen–Shannon distance', () => {
    const tiny = cases.find(({ name }) => name === 'a billion, one event moved') as Vector;
    const value = jsd(tiny.reference, tiny.current) as number;
    expect(value / (tiny['jsd'] as number)).toBeCloseTo(1, 6);
  });
});

describe('distributions', () => {
  it.each(distributions['chi_square_tail'] ?? [])('P(chi² > %p) with %p degrees is %p', (x, dof, tail) => {
    const value = chiSquareTail(x, dof);
    expect(Math.abs(value - tail)).toBeLessThanOrEqual(1e-12 + 1e-9 * tail);
  });

  it.each(distributions['chi_square_upper_quantile'] ?? [])(
    'chi² passes with %p and %p degrees %p',
    (tail, dof, x) => {
      expect(chiSquareUpperQuantile(tail, dof) / x).toBeCloseTo(1, 9);
    },
  );

  it('knows the figures of every table', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.99)).toBeCloseTo(2.5758293035489, 12);
    expect(kolmogorovTail(1.6276236)).toBeCloseTo(0.01, 6);
    expect(kolmogorovTail(1.3580986)).toBeCloseTo(0.05, 6);
    expect(chiSquareTail(5, 0)).toBe(1);
    expect(chiSquareTail(0, 3)).toBe(1);
    expect(chiSquareTail(Infinity, 3)).toBe(0);
    expect(chiSquareUpperQuantile(0.01, 0)).toBe(0);
  });
});
