import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readAnswer } from './read-answer.js';
import { PrometheusError, type PrometheusFailure, type Sample } from './sample.js';

const success = (resultType: string, result: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType, result } });
const failure = (errorType: string, error: string): string =>
  JSON.stringify({ status: 'error', errorType, error });
const vector = (...values: readonly string[]): string =>
  success(
    'vector',
    values.map((value, index) => ({
      metric: { __name__: 'm', v: String(index) },
      value: [1_773_144_000.5, value],
    })),
  );

describe('an answer of Prometheus', () => {
  it.each<[sentence: string, body: string, samples: readonly Sample[]]>([
    ['holds no sample when nothing matched', vector(), []],
    [
      'holds a sample for each series',
      vector('0.25', '3'),
      [
        { labels: { __name__: 'm', v: '0' }, value: 0.25, timestamp: 1_773_144_000.5 },
        { labels: { __name__: 'm', v: '1' }, value: 3, timestamp: 1_773_144_000.5 },
      ],
    ],
    ['may be a scalar', success('scalar', [1, '42']), [{ labels: {}, value: 42, timestamp: 1 }]],
    ['may lack labels', success('vector', [{ value: [1, '2'] }]), [{ labels: {}, value: 2, timestamp: 1 }]],
    [
      'may carry warnings',
      JSON.stringify({ status: 'success', warnings: ['w'], data: { resultType: 'vector', result: [] } }),
      [],
    ],
  ])('%s', (_sentence, body, samples) => {
    expect(readAnswer(200, body)).toEqual({ samples });
  });

  it.each<[sentence: string, stats: unknown, scanned: number | undefined]>([
    ['says how many samples the query touched', { samples: { totalQueryableSamples: 17 } }, 17],
    ['says that it touched none', { timings: {}, samples: { totalQueryableSamples: 0 } }, 0],
    ['says nothing about it on an old server', undefined, undefined],
    ['says nothing usable about it', { samples: { totalQueryableSamples: 'many' } }, undefined],
    ['says nothing about it at all', null, undefined],
  ])('%s', (_sentence, stats, scanned) => {
    const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [], stats } });
    expect(readAnswer(200, body).scanned).toBe(scanned);
  });

  it.each<[text: string, value: number]>([
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['NaN', NaN],
    ['1e-7', 1e-7],
    ['-0.5', -0.5],
    ['0', 0],
  ])('reads the value %s', (text, value) => {
    expect(readAnswer(200, vector(text)).samples[0]?.value).toBe(value);
  });

  it.each<[sentence: string, status: number, body: string, reason: PrometheusFailure, message: string]>([
    ['a query it cannot parse', 400, failure('bad_data', 'parse error'), 'bad_query', 'parse error'],
    [
      'a query it cannot execute',
      422,
      failure('execution', 'many-to-many matching'),
      'bad_query',
      'many-to-many matching',
    ],
    [
      'a query that touches too much',
      422,
      failure('execution', 'query processing would load too many samples into memory'),
      'too_expensive',
      'query processing would load too many samples into memory',
    ],
    ['a query that took too long', 503, failure('timeout', 'query timed out'), 'timeout', 'query timed out'],
    [
      'a query that was cancelled',
      503,
      failure('canceled', 'query was canceled'),
      'timeout',
      'query was canceled',
    ],
    ['trouble of its own', 500, failure('internal', 'oops'), 'unavailable', 'oops'],
    ['a start that is not over', 503, 'Service Unavailable', 'unavailable', 'HTTP 503 without a JSON object'],
    ['a proxy that has enough', 429, 'slow down', 'unavailable', 'HTTP 429 without a JSON object'],
    ['a login page', 200, '<html>', 'bad_response', 'HTTP 200 without a JSON object'],
    ['JSON that is no object', 200, 'null', 'bad_response', 'HTTP 200 without a JSON object'],
    ['a wrong address', 404, '404 page not found', 'bad_response', 'HTTP 404 without a JSON object'],
    ['a refusal without words', 401, '{}', 'bad_response', 'HTTP 401'],
    [
      'success without data',
      200,
      '{"status":"success"}',
      'bad_query',
      'the query returns a undefined; a rule needs a vector or a scalar',
    ],
    [
      'a range',
      200,
      success('matrix', []),
      'bad_query',
      'the query returns a matrix; a rule needs a vector or a scalar',
    ],
    [
      'a text',
      200,
      success('string', [1, 'x']),
      'bad_query',
      'the query returns a string; a rule needs a vector or a scalar',
    ],
    [
      'a histogram',
      200,
      success('vector', [{ metric: {}, histogram: [1, { count: '3' }] }]),
      'bad_response',
      'a sample without a value (is it a native histogram?)',
    ],
    [
      'a hole',
      200,
      success('vector', [null]),
      'bad_response',
      'a sample without a value (is it a native histogram?)',
    ],
    ['an empty value, which is not zero', 200, vector(''), 'bad_response', 'a sample of the value ""'],
    ['a value that is no number', 200, vector('many'), 'bad_response', 'a sample of the value "many"'],
  ])('says so when it is %s', (_sentence, status, body, reason, message) => {
    let thrown: unknown;
    try {
      readAnswer(status, body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PrometheusError);
    expect(thrown).toMatchObject({ reason, message });
  });

  it('is samples or a PrometheusError, whatever came', () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => success('vector', value)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), bodies, (status, body) => {
        try {
          expect(Array.isArray(readAnswer(status, body).samples)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(PrometheusError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
