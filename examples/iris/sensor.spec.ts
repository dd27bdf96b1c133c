import { describe, expect, it } from '@jest/globals';
import { FEATURE_BOUNDS, FEATURES } from './flower.js';
import { seededRandom } from './random.js';
import { draw, TRAFFIC_MODES, type TrafficMode } from './sensor.js';

const readings = (mode: TrafficMode, count = 5000) => {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => draw(mode, random));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('traffic', () => {
  it('repeats for the same seed', () => {
    expect(readings('healthy', 50)).toEqual(readings('healthy', 50));
  });

  it('stays within the buckets in every mode, so that overflow means trouble', () => {
    for (const mode of TRAFFIC_MODES) {
      for (const feature of FEATURES) {
        const values = readings(mode).map(({ features }) => features[feature]);
        const top = FEATURE_BOUNDS[feature].at(-1) as number;
        const beyond = values.filter((value) => value !== null && value > top).length / values.length;
        expect([mode, feature, beyond < (mode === 'no_gain' ? 0.15 : 0.005)]).toEqual([mode, feature, true]);
      }
    }
  });

  it.each([
    ['sepal_length', 0.85],
    ['petal_length', 0.6],
    ['sepal_width', 1],
    ['petal_width', 1],
  ] as const)('shifts %s by the factor %d', (feature, factor) => {
    const of = (mode: TrafficMode) => mean(readings(mode).map(({ features }) => features[feature] ?? NaN));
    expect(of('shifted') / of('healthy')).toBeCloseTo(factor, 1);
  });

  it('loses readings and spoils labels when the data is bad, and only then', () => {
    const bad = readings('bad_data');
    const missing = bad.filter(({ features }) => features.petal_length === null).length / bad.length;
    const lost = bad.filter(({ label }) => label === null).length / bad.length;
    expect(missing).toBeCloseTo(0.3, 1);
    expect(lost).toBeCloseTo(0.1, 1);
    const others = TRAFFIC_MODES.filter((mode) => mode !== 'bad_data').flatMap((mode) => readings(mode));
    expect(
      others.every(({ label, features }) => label !== null && Object.values(features).every(Number.isFinite)),
    ).toBe(true);
  });
});
