import { expect, it } from '@jest/globals';
import type { Observation, Verdict } from '../rules/kinds/kind.js';
import type { Rule } from '../rules/rule.js';
import { worstValue } from './worst-value.js';

const rule = (direction?: Rule['direction']): Rule => (direction ? { direction } : {}) as Rule;
const seen = (verdict: Verdict, value: number | null, threshold?: number): Observation => ({
  labels: {},
  value,
  verdict,
  ...(threshold === undefined ? {} : { evidence: { measure: 'x', value, threshold } }),
});

it.each<[sentence: string, rule: Rule, observations: readonly Observation[], worst: number | null]>([
  ['nothing', rule(), [], null],
  ['no finite number', rule(), [seen('breached', Infinity), seen('no_data', null)], null],
  ['the highest, where above is bad', rule('above'), [seen('breached', 1), seen('breached', 3)], 3],
  ['the lowest, where below is bad', rule('below'), [seen('clear', 0.97), seen('clear', 0.91)], 0.91],
  ['a breach before anything clear', rule('above'), [seen('clear', 9), seen('breached', 3)], 3],
  [
    'the breach furthest beyond its line',
    rule(),
    [seen('breached', 0.8, 0.9), seen('breached', 0.6, 0.9)],
    0.6,
  ],
  [
    'of clear values the nearest to the line',
    rule(),
    [seen('clear', 0.99, 0.9), seen('clear', 0.91, 0.9)],
    0.91,
  ],
  [
    'a judged value before one of too few events',
    rule(),
    [seen('insufficient_data', 0.1, 0.9), seen('clear', 1, 0.9)],
    1,
  ],
])('is %s', (_sentence, of, observations, worst) => {
  expect(worstValue(of, observations)).toBe(worst);
});
