import { layOutBySteps, type RangeSamples, type RangeSeries, stepOf, type Steps } from './range-samples.js';
import { readAnswer } from './read-answer.js';
import { readValue } from './read-value.js';
import { PrometheusError, type SeriesLabels } from './sample.js';
import { scanMatrix } from './scan-matrix.js';

/** A matrix as its JSON says it. */
interface Matrix {
  readonly data?: {
    readonly resultType?: unknown;
    readonly result?: readonly {
      readonly metric?: SeriesLabels;
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

/**
 * The answer to `/api/v1/query_range` that was asked for exactly `steps`. Read without making an object of each point
 * where the bytes look as Prometheus writes them; whatever else is JSON is read the slow way.
 * @throws PrometheusError with the reason the answer gives.
 */
export function readRangeAnswer(status: number, body: Buffer, steps: Steps): RangeSamples {
  const scanned = status === 200 ? scanMatrix(body, steps) : undefined;
  return layOutBySteps(steps, scanned ?? parseMatrix(status, body, steps));
}

function parseMatrix(status: number, body: Buffer, steps: Steps): readonly RangeSeries[] {
  const text = body.toString('utf8');
  const matrix = status === 200 ? asMatrix(text) : undefined;
  if (!matrix) {
    // Throws for every failure; an answer that is fine and no matrix is none that a range query gives.
    readAnswer(status, text);
    throw new PrometheusError('bad_response', 'a range query was answered with something that is no matrix');
  }
  return matrix.map(({ metric, values }): RangeSeries => {
    if (!Array.isArray(values))
      throw new PrometheusError('bad_response', 'a series without values (is it a native histogram?)');
    const points = values as readonly (readonly [number, string])[];
    const place = (at: number): number => stepOf(at, steps);
    return {
      labels: metric ?? {},
      steps: Int32Array.from(points, ([at]) => place(at)),
      values: Float64Array.from(points, ([, value]) => readValue(value)),
    };
  });
}

function asMatrix(text: string): NonNullable<Matrix['data']>['result'] {
  let answer: Matrix | null;
  try {
    answer = JSON.parse(text) as Matrix | null;
  } catch {
    return undefined;
  }
  const { resultType, result } = answer?.data ?? {};
  return resultType === 'matrix' && Array.isArray(result) ? result : undefined;
}
