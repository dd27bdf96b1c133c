import fc from 'fast-check';
import type { PastSeries } from '../../support/prometheus-past.js';

/** The labels that expressions of one family may differ in, and their values. */
export const MODELS = ['a', 'b.c', 'd|e"f', 'ü (1)', '-1'];
const STAGES = ['p', 'q'];
/** Where the value of the family's label goes. */
const HOLE = '★';

/** When the past begins and ends, in Unix seconds. */
export const PAST = { from: 1_773_144_000, to: 1_773_146_400 };
const STEP_S = 30;

/** A number in [0, 1) for each call, the same ones for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Counters with resets, gauges with NaN, histograms; with gaps, and with series that not every model has. */
export function randomPast(seed: number): readonly PastSeries[] {
  const next = numbers(seed);
  const sampled = (value: () => number): PastSeries['samples'] => {
    const times = Array.from({ length: (PAST.to - PAST.from) / STEP_S }, (_, n) => PAST.from + n * STEP_S);
    const until = next() < 0.15 ? PAST.from + next() * (PAST.to - PAST.from) : PAST.to;
    return times.flatMap((at): [number, number][] => {
      const now = value();
      return next() < 0.1 || at > until ? [] : [[at, now]];
    });
  };
  const counter = (): (() => number) => {
    let total = 0;
    return () => (total = next() < 0.01 ? 0 : total + Math.floor(next() * 20));
  };
  const gauge = (): number => (next() < 0.03 ? Number.NaN : Math.round(next() * 1000) / 1000);
  return MODELS.flatMap((m) =>
    ['0', '1', '2'].flatMap((i) =>
      STAGES.flatMap((e) => {
        const labels = { m, i, ...(next() < 0.9 ? { e } : {}), v: String(Math.floor(next() * 3)) };
        const names = ['c_total', 'd_total', 'g', 'k'].filter(() => next() < 0.85);
        const plain = names.map((name): PastSeries => ({
          name,
          labels: e in labels ? labels : { ...labels, x: e },
          samples: sampled(name.endsWith('_total') ? counter() : gauge),
        }));
        const buckets = ['0.1', '0.5', '1', '+Inf'].map((le): PastSeries => ({
          name: 'h_bucket',
          labels: { m, i, e, le },
          samples: sampled(counter()),
        }));
        return [...plain, ...buckets];
      }),
    ),
  );
}

const pick = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));

const offset = fc.oneof(
  { weight: 4, arbitrary: pick('') },
  { weight: 1, arbitrary: pick(' offset 3m', ' offset -1m', ' @ 1773145000', ' @ end()') },
);
const matchers = fc.oneof(
  {
    weight: 8,
    arbitrary: pick(`{m="${HOLE}"}`, `{m="${HOLE}",e="p"}`, `{i!="2",m="${HOLE}"}`, `{m="${HOLE}",e=~"p|q"}`),
  },
  // What must not be fused, or only by another label.
  { weight: 1, arbitrary: pick('{e="p"}', '', `{m=~"${HOLE}|a"}`, `{m="${HOLE}",m!="b.c"}`, '{m="a"}') },
);
const selector = join(pick('c_total', 'd_total', 'g', 'k'), matchers);
const labelList = fc.subarray(['m', 'i', 'e', 'v'], { minLength: 0 }).map((names) => `(${names.join(', ')})`);
const overTime = pick(
  'rate',
  'increase',
  'delta',
  'changes',
  'last_over_time',
  'avg_over_time',
  'max_over_time',
  'count_over_time',
  'stddev_over_time',
);
const span = pick('[2m]', '[5m]', '[10m]');
const number = pick('0.5', '1', '2', '0', '3', 'time() / 1e9');

/** Each has what would give wrong answers if it were fused; the series are those that some models lack. */
const trap = pick(
  `absent(g{m="${HOLE}",i="1",e="q"})`,
  `absent_over_time(k{m="${HOLE}",i="2",e="p"}[5m])`,
  `(sum(g{m="${HOLE}",i="1",e="q"}) or vector(0))`,
  `(c_total{m="${HOLE}",i="2"} and on () hour() > 0)`,
  `label_replace(sum by (i) (g{m="${HOLE}"}), "w", "$1", "m", "(.+)")`,
  `label_join(sum by (i) (g{m="${HOLE}"}), "w", "-", "i", "m")`,
  `(g{m="${HOLE}",i="1",e="q"} or on () sum(k{m="${HOLE}"}))`,
  `(sum(k{m="${HOLE}"}) or ignoring (m, i, e, v, x) g{m="${HOLE}",i="0"})`,
  `scalar(sum(g{m="${HOLE}"})) * k{m="${HOLE}"}`,
  `topk(scalar(count(g{m="${HOLE}"})) - 3, k{m="${HOLE}"})`,
);

/** Vectors of every kind that rules are made of, some of which must not be fused. */
const { vector } = fc.letrec<{ vector: string }>((tie) => {
  const inner = tie('vector');
  const grouping = fc.oneof(pick(''), join(pick(' by ', ' without '), labelList));
  const aggregation = join(
    pick('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev'),
    grouping,
    pick(' ('),
    inner,
    pick(')'),
  );
  const ranked = join(
    pick('topk', 'bottomk', 'quantile'),
    grouping,
    pick(' ('),
    pick('1', '2', '0.5'),
    pick(', '),
    inner,
    pick(')'),
  );
  const counted = join(
    pick('count_values'),
    grouping,
    pick(' ("w", ', ' ("m", '),
    pick('round('),
    inner,
    pick(', 0.25))'),
  );
  const matching = fc.oneof(
    { weight: 3, arbitrary: pick('') },
    { weight: 2, arbitrary: join(pick('on ', 'ignoring '), labelList, pick(' ')) },
  );
  const grouped = join(
    pick('on ', 'ignoring '),
    labelList,
    pick(' group_left ', ' group_right ', ' group_left (v) ', ' group_left (m) '),
  );
  const sides = (operators: fc.Arbitrary<string>, clause: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    join(pick('('), inner, operators, clause, inner, pick(')'));
  const histogram = join(
    pick('histogram_quantile(0.9, sum by '),
    pick('(le)', '(le, m)', '(i, le)'),
    pick(` (rate(h_bucket{m="${HOLE}"}`, ` (rate(h_bucket{m="${HOLE}",e="q"}`),
    pick('[5m])))', '[10m])))'),
  );
  return {
    vector: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 3, arbitrary: join(selector, offset) },
      { weight: 5, arbitrary: join(overTime, pick('('), selector, span, offset, pick(')')) },
      { weight: 2, arbitrary: histogram },
      { weight: 6, arbitrary: aggregation },
      { weight: 1, arbitrary: ranked },
      { weight: 1, arbitrary: counted },
      { weight: 3, arbitrary: sides(pick(' / ', ' + ', ' - ', ' > ', ' <= bool '), matching) },
      { weight: 1, arbitrary: sides(pick(' * ', ' / '), grouped) },
      { weight: 3, arbitrary: sides(pick(' and ', ' or ', ' unless '), matching) },
      {
        weight: 2,
        arbitrary: join(pick('('), inner, pick(' * ', ' > ', ' < ', ' >= bool '), number, pick(')')),
      },
      {
        weight: 1,
        arbitrary: join(
          pick('abs', 'ceil', '-', 'timestamp', 'sgn', 'sort', 'absent'),
          pick('('),
          inner,
          pick(')'),
        ),
      },
      { weight: 1, arbitrary: join(pick('clamp_max('), inner, pick(', '), number, pick(')')) },
      {
        weight: 1,
        arbitrary: join(
          overTime,
          pick('('),
          inner,
          pick('[10m:1m]', '[5m:30s] offset 2m', '[5m:]'),
          pick(')'),
        ),
      },
      {
        weight: 1,
        arbitrary: join(
          pick('label_replace('),
          inner,
          pick(', "w", "$1", "i", "(.*)")', ', "m", "$1", "i", "(.*)")', ', "i", "x", "v", "1")'),
        ),
      },
      {
        weight: 1,
        arbitrary: join(pick('label_join('), inner, pick(', "w", "-", "i", "e")', ', "w", "-", "i", "m")')),
      },
      { weight: 3, arbitrary: trap },
    ),
  };
});

/** Distinct expressions that are alike: of several models, with a number behind them or not, and when they are asked. */
export const family: fc.Arbitrary<{ readonly exprs: readonly string[]; readonly at: Date }> = fc
  .record({
    text: vector,
    models: fc.subarray(MODELS, { minLength: 2 }),
    comparison: fc.oneof(
      pick('', ''),
      pick(' > ', ' < ', ' == ', ' != ').map((operator) => ` ${operator.trim()} `),
    ),
    threshold: fc.oneof(
      pick('0.5').map((same) => () => same),
      fc.array(pick('0', '0.25', '0.5', '-1', '1e1', 'NaN'), { minLength: 5, maxLength: 5 }).map(
        (list) =>
          (n: number): string =>
            list[n] ?? '0',
      ),
    ),
    second: fc.integer({ min: PAST.from + 300, max: PAST.to }),
  })
  .map(({ text, models, comparison, threshold, second }) => {
    const exprs = models.map((model, n) => {
      const filled = text.replaceAll(HOLE, JSON.stringify(model).slice(1, -1));
      return comparison ? `${filled}${comparison}${threshold(n)}` : filled;
    });
    return { exprs: [...new Set(exprs)], at: new Date(second * 1000) };
  });
