/** What a PromQL expression can be: a scalar, an instant vector, a range vector or a string. */
export type PromqlType = 'scalar' | 'vector' | 'matrix' | 'string';

/** What a function takes and gives. `optional` counts the trailing parameters that may be left out. */
export interface PromqlSignature {
  readonly takes: readonly PromqlType[];
  readonly optional: number;
  /** Whether the last parameter may be repeated. */
  readonly repeats: boolean;
  readonly gives: PromqlType;
}

const LETTERS: Readonly<Record<string, PromqlType>> = { s: 'scalar', v: 'vector', m: 'matrix', t: 'string' };

/** `shape` → names; a shape is one letter per parameter, `?` for optional ones, `*` for a repeated one, then what it gives. */
const SHAPES: Readonly<Record<string, string>> = {
  'm>v':
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time ' +
    'mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ' +
    'ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  'v>v':
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev ' +
    'histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
  'v?>v': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  'sm>v': 'quantile_over_time',
  'ms>v': 'predict_linear',
  'mss>v': 'double_exponential_smoothing',
  'vss>v': 'clamp',
  'vs>v': 'clamp_max clamp_min',
  'vs?>v': 'round',
  'sv>v': 'histogram_quantile',
  'ssv>v': 'histogram_fraction',
  'vtttt>v': 'label_replace',
  'vttt*>v': 'label_join',
  'vt*>v': 'sort_by_label sort_by_label_desc',
  'v>s': 'scalar',
  's>v': 'vector',
  '>s': 'time pi',
};

const signatures = new Map<string, PromqlSignature>();
for (const [shape, names] of Object.entries(SHAPES)) {
  const [parameters, result] = shape.split('>') as [string, string];
  const takes = Array.from(parameters.replaceAll(/[?*]/g, ''), (letter) => LETTERS[letter] as PromqlType);
  const repeats = parameters.endsWith('*');
  const optional = repeats || parameters.endsWith('?') ? 1 : 0;
  for (const name of names.split(' ')) {
    signatures.set(name, { takes, optional, repeats, gives: LETTERS[result] as PromqlType });
  }
}

/** The signatures of PromQL's functions (Prometheus' functions page); functions still marked experimental in flux are left out. */
export const PROMQL_FUNCTIONS: ReadonlyMap<string, PromqlSignature> = signatures;

/** What the first of two arguments of an aggregation must be, for those that have two. */
export const AGGREGATION_PARAMETERS: ReadonlyMap<string, PromqlType> = new Map([
  ['topk', 'scalar'],
  ['bottomk', 'scalar'],
  ['quantile', 'scalar'],
  ['limitk', 'scalar'],
  ['limit_ratio', 'scalar'],
  ['count_values', 'string'],
]);
