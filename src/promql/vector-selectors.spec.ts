import { expect, it } from '@jest/globals';
import { vectorSelectors } from './vector-selectors.js';

it.each<[text: string, selectors: readonly string[]]>([
  ['up == 0', ['up']],
  ['sum(rate(a{b="c"}[5m] offset 1h)) / on (x) {"utf8.metric"} @ 60 > 0.1', ['a{b="c"}', '{"utf8.metric"}']],
  ['foo > foo offset 5m', ['foo']],
  ['max_over_time(a[1h:5m])', ['a']],
  ['vector(time()) > 1', []],
])('%s', (text, selectors) => {
  expect(vectorSelectors(text)).toEqual(selectors);
});
