import fc from 'fast-check';

type Text = fc.Arbitrary<string>;

const oneOf = (...texts: readonly string[]): Text => fc.constantFrom(...texts);
const join = (...parts: readonly (Text | string)[]): Text =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''));

const matchers = oneOf(
  '', '', '', '{job="a"}', '{job!="a"}', '{job=~"a|b"}', '{job!~"b.*"}', '{instance=~"1"}', '{env=""}',
  '{env!=""}', '{instance=~".*0",job="b"}', "{job='c'}", '{instance!~"|1"}', '{nothing=~".*"}',
); // prettier-ignore
const gauges = oneOf('g', 'g', 'h', 's');
const counters = oneOf('c_total', 'e_total');
const shift = oneOf(
  '',
  '',
  '',
  '',
  ' offset 1m',
  ' offset 100s',
  ' offset -1m',
  ' @ 300',
  ' @ 310.5 offset 30s',
  ' offset 15s @ end()',
  ' @ start()',
);
const selector = join(fc.oneof(gauges, counters), matchers, shift);
const span = oneOf('15s', '30s', '1m', '100s', '2m', '5m', '7m30s', '20m');
const range = join(fc.oneof(gauges, counters), matchers, '[', span, ']', shift);
const numbers = oneOf(
  '0',
  '1',
  '2',
  '-1',
  '0.25',
  '3',
  '10',
  '1e2',
  '0x10',
  'Inf',
  '-Inf',
  'NaN',
  '.5',
  '010',
);
const OVER_TIME = oneOf(
  'rate', 'rate', 'increase', 'increase', 'delta', 'irate', 'idelta', 'changes', 'resets', 'deriv',
  'avg_over_time', 'sum_over_time', 'count_over_time', 'min_over_time', 'max_over_time', 'last_over_time',
  'present_over_time', 'stddev_over_time', 'stdvar_over_time', 'absent_over_time',
); // prettier-ignore
const ELEMENTWISE = oneOf(
  'abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'sgn', 'round', 'timestamp', 'deg', 'rad', 'atan',
  'minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'month', 'year',
); // prettier-ignore
const grouping = oneOf(
  '',
  ' by (job)',
  ' by (job, instance)',
  ' without (instance)',
  ' without (job, env)',
  ' by (env)',
  ' by ()',
  ' by (__name__)',
  ' without ()',
);
const matching = oneOf(
  '', '', ' on (job, instance)', ' on (job, instance, env)', ' ignoring (env)', ' on (job)', ' ignoring (instance)',
  ' on (job) group_left ()', ' on (job) group_left (env)', ' ignoring (instance, env) group_right ()',
  ' on (instance) group_right (job)', ' on ()',
); // prettier-ignore

/** Random PromQL of everything the evaluator knows, operators without parentheses among it. */
export const expressions: Text = fc.letrec<Record<'vector' | 'scalar', string>>((tie) => {
  const vector = tie('vector');
  // Values whose digits do not depend on how a function was approximated.
  const exact = fc.oneof(
    selector,
    join(selector, oneOf(' + ', ' * ', ' / '), numbers),
    join('changes(', range, ')'),
  );
  const scalar = tie('scalar');
  const inner = fc.oneof(vector, join('(', vector, ')'), join('-', vector), join(' -', vector, ' '));
  const subquery = join(
    fc.oneof(selector, join('(', vector, ')')),
    '[',
    span,
    ':',
    oneOf('', '30s', '40s', '1m'),
    ']',
    shift,
  );
  const vectors = fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 2, arbitrary: selector },
    { weight: 5, arbitrary: join(OVER_TIME, '(', fc.oneof(range, range, subquery), ')') },
    { weight: 1, arbitrary: join('quantile_over_time(', scalar, ', ', range, ')') },
    { weight: 1, arbitrary: join('predict_linear(', range, ', ', scalar, ')') },
    { weight: 3, arbitrary: join(ELEMENTWISE, '(', inner, ')') },
    { weight: 1, arbitrary: join(oneOf('clamp_min', 'clamp_max', 'round'), '(', vector, ', ', scalar, ')') },
    { weight: 1, arbitrary: join('clamp(', vector, ', ', scalar, ', ', scalar, ')') },
    { weight: 1, arbitrary: join('vector(', scalar, ')') },
    { weight: 1, arbitrary: join('absent(', fc.oneof(selector, vector), ')') },
    {
      weight: 4,
      arbitrary: join(oneOf('sum', 'min', 'max', 'avg', 'count', 'group', 'stddev', 'stdvar'), grouping, ' (', inner, ')'),
    },
    { weight: 1, arbitrary: join('quantile', grouping, ' (', scalar, ', ', vector, ')') },
    { weight: 1, arbitrary: join('count_values', grouping, ' ("', oneOf('v', 'job'), '", ', exact, ')') },
    { weight: 1, arbitrary: join(oneOf('topk', 'bottomk'), grouping, ' (', oneOf('1', '2', '2.9', '0', '-1'), ', g', matchers, shift, ')') },
    {
      weight: 5,
      arbitrary: join(inner, ' ', oneOf('+', '-', '*', '/', '%', 'atan2', '>', '<', '==', '!=', '>=', '<=', '> bool', '== bool', '<= bool'), fc.oneof(matching), ' ', inner),
    },
    { weight: 2, arbitrary: join(inner, ' ', oneOf('and', 'or', 'unless'), oneOf('', ' on (job)', ' ignoring (instance)', ' on ()', ' on (instance)'), ' ', inner) },
    {
      weight: 3,
      arbitrary: join(inner, ' ', oneOf('+', '-', '*', '/', '%', '^ 2 *', '^ -1 +', 'atan2', '>', '<', '==', '!=', '>=', '<= bool', '> bool'), ' ', scalar),
    },
    { weight: 2, arbitrary: join(scalar, ' ', oneOf('+', '-', '*', '/', '%', '^ 0.5 *', '>', '<', '== bool', '!='), ' ', inner) },
    {
      weight: 1,
      arbitrary: join('label_replace(', vector, ', "', oneOf('job', 'new', '__name__'), '", "', oneOf('$1', 'x-$1$2', '${1}y', '', '$$', 'b'), '", "', oneOf('job', 'instance', 'env'), '", "', oneOf('(.*)', '(.)(0)?', 'a', '(?P<n>b)', '.+'), '")'),
    },
    { weight: 1, arbitrary: join('label_join(', vector, ', "', oneOf('job', 'new'), '", "-", "job", "instance")') },
    {
      weight: 2,
      arbitrary: join('histogram_quantile(', scalar, ', ', oneOf('d_bucket', 'rate(d_bucket[2m])', 'sum by (le) (increase(d_bucket[5m]))', 'sum by (le, job) (rate(d_bucket[5m]))', 'd_bucket > 20'), ')'),
    },
  ); // prettier-ignore
  return {
    vector: vectors,
    scalar: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 6, arbitrary: numbers },
      {
        weight: 1,
        arbitrary: oneOf('time()', 'pi()', 'minute(vector(1e9)) * 0 + 0.5', '-(2)').map((text) =>
          text.startsWith('minute') ? 'scalar(minute(vector(1e9)))' : text,
        ),
      },
      { weight: 1, arbitrary: join('scalar(', vector, ')') },
      {
        weight: 1,
        arbitrary: join(
          scalar,
          oneOf(' + ', ' - ', ' * ', ' / ', ' % ', ' > bool ', ' == bool ', ' ^ 2 * '),
          scalar,
        ),
      },
    ),
  };
}).vector;
