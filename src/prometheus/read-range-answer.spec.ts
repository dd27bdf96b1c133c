import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { countAt, samplesAt, type Steps } from './range-samples.js';
import { readRangeAnswer } from './read-range-answer.js';
import { type PrometheusFailure, PrometheusError } from './sample.js';
import { scanMatrix } from './scan-matrix.js';

const STEPS: Steps = { firstMs: 1_700_000_000_500, stepMs: 15_000, count: 4 };
const at = (k: number): number => (STEPS.firstMs + k * STEPS.stepMs) / 1000;
type Point = readonly [at: number, value: string];
type Series = { readonly metric: Record<string, string>; readonly values: readonly Point[] };
const matrix = (...result: readonly Series[]): object => ({
  status: 'success',
  data: { resultType: 'matrix', result },
});
const bytes = (answer: object): Buffer => Buffer.from(JSON.stringify(answer));

describe('the answer to a range query', () => {
  it('is what an instant query at each step would have said', () => {
    const answer = matrix(
      {
        metric: { __name__: 'up', job: 'a' },
        values: [
          [at(0), '1'],
          [at(2), '0.25'],
        ],
      },
      {
        metric: { job: 'b' },
        values: [
          [at(2), '-3e-7'],
          [at(3), 'NaN'],
        ],
      },
    );
    const read = readRangeAnswer(200, bytes(answer), STEPS);
    expect([0, 1, 2, 3].map((k) => countAt(read, k))).toEqual([1, 0, 2, 1]);
    expect([0, 1, 2, 3].map((k) => samplesAt(read, k))).toEqual([
      [{ labels: { __name__: 'up', job: 'a' }, value: 1, timestamp: at(0) }],
      [],
      [
        { labels: { __name__: 'up', job: 'a' }, value: 0.25, timestamp: at(2) },
        { labels: { job: 'b' }, value: -3e-7, timestamp: at(2) },
      ],
      [{ labels: { job: 'b' }, value: Number.NaN, timestamp: at(3) }],
    ]);
  });

  it('may be empty', () => {
    const read = readRangeAnswer(200, bytes(matrix()), STEPS);
    expect([0, 1, 2, 3].map((k) => countAt(read, k))).toEqual([0, 0, 0, 0]);
  });

  it('is read without parsing where it is laid out as Prometheus lays it out', () => {
    const answer = matrix({ metric: { a: '}"]' }, values: [[at(1), '7']] });
    expect(scanMatrix(bytes(answer), STEPS)).toHaveLength(1);
    expect(scanMatrix(Buffer.from(JSON.stringify(answer, null, 1)), STEPS)).toBeUndefined();
  });

  it('is the same read either way', () => {
    const special = fc.constantFrom(
      'NaN',
      '+Inf',
      '-Inf',
      '-0',
      '1e+30',
      '5e-324',
      '123456789012345678',
      '0.1',
    );
    const value = fc.oneof(special, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    const points = fc
      .subarray([0, 1, 2, 3], { minLength: 1 })
      .chain((ks) => fc.tuple(...ks.map((k) => value.map((text): Point => [at(k), text]))));
    const labels = fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 5 }), {
      maxKeys: 3,
      noNullPrototype: true,
    });
    const series = fc.record({ metric: labels, values: points });
    fc.assert(
      fc.property(fc.array(series, { maxLength: 4 }), (result) => {
        const compact = bytes(matrix(...result));
        const spaced = Buffer.from(JSON.stringify(matrix(...result), null, 2));
        expect(scanMatrix(compact, STEPS)).toBeDefined();
        expect(readRangeAnswer(200, compact, STEPS)).toEqual(readRangeAnswer(200, spaced, STEPS));
      }),
    );
  });

  it.each<[sentence: string, status: number, body: string, reason: PrometheusFailure, message: RegExp]>([
    [
      'too many samples',
      422,
      '{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}',
      'too_expensive',
      /too many samples/,
    ],
    [
      'a query that is wrong',
      400,
      '{"status":"error","errorType":"bad_data","error":"1:2: parse error"}',
      'bad_query',
      /parse error/,
    ],
    ['a proxy that gives up', 504, '<html>', 'unavailable', /HTTP 504/],
    [
      'an instant vector',
      200,
      '{"status":"success","data":{"resultType":"vector","result":[]}}',
      'bad_response',
      /no matrix/,
    ],
    [
      'half an answer',
      200,
      JSON.stringify(matrix({ metric: {}, values: [[at(0), '1']] })).slice(0, -5),
      'bad_response',
      /JSON/,
    ],
    [
      'an instant nobody asked for',
      200,
      JSON.stringify(matrix({ metric: {}, values: [[at(0) + 1, '1']] })),
      'bad_response',
      /not asked for/,
    ],
    [
      'an instant after the last',
      200,
      JSON.stringify(matrix({ metric: {}, values: [[at(4), '1']] })),
      'bad_response',
      /not asked for/,
    ],
    [
      'no number',
      200,
      JSON.stringify(matrix({ metric: {}, values: [[at(0), 'much']] })),
      'bad_response',
      /"much"/,
    ],
    [
      'an empty number',
      200,
      JSON.stringify(matrix({ metric: {}, values: [[at(0), '']] })),
      'bad_response',
      /""/,
    ],
    [
      'a native histogram',
      200,
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[]}]}}',
      'bad_response',
      /native histogram/,
    ],
  ])('%s is a failure', (_sentence, status, body, reason, message) => {
    const read = (): unknown => readRangeAnswer(status, Buffer.from(body), STEPS);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ reason }));
    expect(read).toThrow(PrometheusError);
  });
});
