import { expect, it } from '@jest/globals';
import { checkPromql } from '../../../src/promql/check-promql.js';
import { AGGREGATION_PARAMETERS, PROMQL_FUNCTIONS, type PromqlType } from '../../../src/promql/functions.js';
import { checkExpressions, describeWithPromtool } from './promtool.js';

const SAMPLE: Readonly<Record<PromqlType, string>> = {
  scalar: '0.5',
  vector: 'x',
  matrix: 'x[5m]',
  string: '"a"',
};
const OTHER: Readonly<Record<PromqlType, string>> = {
  scalar: 'x',
  vector: 'x[5m]',
  matrix: 'x',
  string: '1',
};
/** Newer than the oldest Prometheus whose promtool may be installed, or behind a switch there. */
const NEWER =
  /^(ts_of_|first_over_time|mad_over_time|double_exponential|histogram_(avg|stddev|stdvar|count|sum|fraction)|sort_by_label|limit)/;

const calls = [...PROMQL_FUNCTIONS]
  .filter(([name]) => !NEWER.test(name))
  .map(([name, { takes, optional, gives }]) => {
    const write = (types: readonly string[]): string => {
      const call = `${name}(${types.join(', ')})`;
      return gives === 'scalar' ? `vector(${call})` : call;
    };
    const right = [write(takes.map((type) => SAMPLE[type]))];
    if (optional > 0) right.push(write(takes.slice(0, -1).map((type) => SAMPLE[type])));
    const wrong = takes.map((_, at) => write(takes.map((type, k) => (k === at ? OTHER : SAMPLE)[type])));
    wrong.push(
      write(
        [...takes, ...Array.from({ length: 9 }, () => 'x[5m]')].map(
          (type) => SAMPLE[type as PromqlType] ?? type,
        ),
      ),
    );
    return { right, wrong };
  });

describeWithPromtool('promtool agrees', () => {
  it('on what functions and aggregations take', () => {
    const aggregations = [...AGGREGATION_PARAMETERS]
      .filter(([name]) => !NEWER.test(name))
      .map(([name, type]) => `${name}(${SAMPLE[type]}, x)`);
    const exprs = [...calls.flatMap(({ right }) => right), ...aggregations];
    expect(exprs.filter((expr) => checkPromql(expr) !== undefined)).toEqual([]);
    expect(checkExpressions(exprs)).toBe('');
  });

  it('on what they do not take', () => {
    const exprs = calls.flatMap(({ wrong }) => wrong);
    expect(exprs.filter((expr) => checkPromql(expr) === undefined)).toEqual([]);
    const complaints = checkExpressions(exprs).match(/could not parse expression/g) ?? [];
    expect(complaints.length).toBe(exprs.length);
  });
});
