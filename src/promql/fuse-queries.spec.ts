import { describe, expect, it } from '@jest/globals';
import type { Sample } from '../prometheus/sample.js';
import { fuseQueries, LONGEST_TEXT, MOST_VALUES, splitAnswer, textOf } from './fuse-queries.js';

const texts = (...exprs: readonly string[]): readonly string[] =>
  fuseQueries(exprs).map((query) => textOf(query, query.members));
const sample = (value: number, labels: Record<string, string>): Sample => ({ labels, value, timestamp: 1 });
const models = (count: number, expr: (model: string) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => expr(`model-${index}`));

describe('fuseQueries', () => {
  it.each<[sentence: string, exprs: readonly string[], asked: readonly string[]]>([
    ['asks alone what has no like', ['x{m="a"}', 'y{m="a"}'], ['x{m="a"}', 'y{m="a"}']],
    [
      'asks at once what differs in a value',
      ['sum(x{m="a"})', 'sum(x{m="b"})'],
      ['sum by (m) (x{m=~"a|b"})'],
    ],
    [
      'compares there what compares with the same number',
      ['x{m="a"} < 0.5', 'x{m="b"} < 5e-1'],
      ['(x{m=~"a|b"}) < 0.5'],
    ],
    ['compares here what does not', ['x{m="a"} < 0.5', 'x{m="b"} < 0.6'], ['x{m=~"a|b"}']],
    ['compares here when somebody wants all', ['x{m="a"} < 0.5', 'x{m="b"}'], ['x{m=~"a|b"}']],
    ['shares what differs in the number alone', ['x > 1', 'x > 2', 'y'], ['x', 'y']],
    ['also of one value', ['sum(x{m="a"}) > 1', 'sum(x{m="a"}) > 2'], ['sum(x{m="a"})']],
    [
      'takes the label that most differ in',
      ['x{m="a",e="p"}', 'x{m="a",e="q"}', 'x{m="b",e="p"}', 'x{m="c",e="p"}'],
      ['x{m=~"a|b|c",e="p"}', 'x{m="a",e="q"}'],
    ],
    [
      'shares between forms that come to the same',
      ['sum(x{m="a"})', 'sum by (m) (x{m="b"})'],
      ['sum by (m) (x{m=~"a|b"})'],
    ],
    ['quotes values', ['x{m="a.b"}', String.raw`x{m="c|\"d"}`], [String.raw`x{m=~"a\\.b|c\\|\"d"}`]],
  ])('%s', (_, exprs, asked) => {
    expect(texts(...exprs)).toEqual(asked);
  });

  it('has each expression in exactly one query', () => {
    const exprs = [
      ...models(7, (m) => `x{m="${m}",e="p"} < 1`),
      ...models(3, (m) => `x{m="${m}",e="q"}`),
      'up',
    ];
    const placed = fuseQueries(exprs).flatMap(({ members }) => members.map(({ expr }) => expr));
    expect(placed.toSorted()).toEqual(exprs.toSorted());
  });

  it('has bounds on values and length', () => {
    const many = fuseQueries(models(1000, (m) => `x{m="${m}"}`));
    expect(many.map(({ members }) => members.length)).toEqual([250, 250, 250, 250]);
    expect(MOST_VALUES).toBe(250);
    const long = fuseQueries(
      models(100, (m) => `x{m="${m}${'.'.repeat(200)}"} / y{m="${m}${'.'.repeat(200)}"}`),
    );
    const lengths = long.map((query) => textOf(query, query.members).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LONGEST_TEXT);
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(0.9 * LONGEST_TEXT);
    const huge = fuseQueries(models(3, (m) => `x{m="${m}${'y'.repeat(LONGEST_TEXT)}"}`));
    expect(huge.map(({ members }) => members.length)).toEqual([1, 1, 1]);
  });
});

describe('splitAnswer', () => {
  it('gives each expression its series, as it would have had them', () => {
    const exprs = ['sum(x{m="a"})', 'sum by (m) (x{m="b"}) > 2', 'sum(x{m="c"}) > 2', 'sum(x{m="d"}) >= 1'];
    const [query] = fuseQueries(exprs);
    const answer = [sample(2, { m: 'd' }), sample(3, { m: 'b' }), sample(1, { m: 'c' })];
    expect([...splitAnswer(query?.members ?? [], answer)]).toEqual([
      ['sum(x{m="a"})', []],
      ['sum by (m) (x{m="b"}) > 2', [sample(3, { m: 'b' })]],
      ['sum(x{m="c"}) > 2', []],
      ['sum(x{m="d"}) >= 1', [sample(2, {})]],
    ]);
  });

  it('compares as Prometheus does', () => {
    const [query] = fuseQueries(['x > 1', 'x != 1', '2 > x', 'x == NaN']);
    const answer = [sample(Number.NaN, { a: '1' }), sample(1, { a: '2' }), sample(Infinity, { a: '3' })];
    expect([...splitAnswer(query?.members ?? [], answer).values()]).toEqual([
      [answer[2]],
      [answer[0], answer[2]],
      [answer[1]],
      [],
    ]);
  });

  it('leaves an answer that is not shared as it is', () => {
    const [query] = fuseQueries(['sum by (m) (x{m="a"}) > 5']);
    expect([...splitAnswer(query?.members ?? [], [sample(1, { m: 'z' })])]).toEqual([
      ['sum by (m) (x{m="a"}) > 5', [sample(1, { m: 'z' })]],
    ]);
  });
});
