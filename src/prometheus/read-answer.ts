import { readValue } from './read-value.js';
import { type PrometheusAnswer, PrometheusError, type PrometheusFailure, type Sample } from './sample.js';

/** The instant-query answer, as far as we read it. Other people's data: anything more is ignored. */
interface Answer {
  readonly status?: unknown;
  readonly errorType?: unknown;
  readonly error?: unknown;
  readonly data?: {
    readonly resultType?: unknown;
    readonly result?: unknown;
    readonly stats?: { readonly samples?: { readonly totalQueryableSamples?: unknown } };
  };
}

/**
 * The samples of an answer to `/api/v1/query`. A scalar is one sample without labels; a string or a matrix is an error,
 * as it is for a rule of Prometheus itself.
 * @throws PrometheusError with the reason the answer gives.
 */
export function readAnswer(status: number, body: string): PrometheusAnswer {
  const answer = parse(body);
  if (!answer) {
    throw new PrometheusError(
      status >= 500 || status === 429 ? 'unavailable' : 'bad_response',
      `HTTP ${status} without a JSON object`,
    );
  }
  if (status !== 200 || answer.status !== 'success') {
    const detail = typeof answer.error === 'string' ? answer.error : `HTTP ${status}`;
    throw new PrometheusError(failureOf(status, answer.errorType, detail), detail);
  }
  const { resultType, result, stats } = answer.data ?? {};
  const touched = stats?.samples?.totalQueryableSamples;
  const scanned = typeof touched === 'number' ? { scanned: touched } : {};
  if (resultType === 'vector' && Array.isArray(result)) return { samples: result.map(toSample), ...scanned };
  if (resultType === 'scalar' && Array.isArray(result))
    return { samples: [toSample({ metric: {}, value: result })], ...scanned };
  throw new PrometheusError(
    'bad_query',
    `the query returns a ${String(resultType)}; a rule needs a vector or a scalar`,
  );
}

function parse(body: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** Prometheus' own classes: 400 bad_data, 422 execution, 503 timeout or canceled. */
function failureOf(status: number, errorType: unknown, detail: string): PrometheusFailure {
  if (errorType === 'bad_data' || status === 400) return 'bad_query';
  if (errorType === 'timeout' || errorType === 'canceled') return 'timeout';
  if (errorType === 'execution' || status === 422) {
    return /too many samples|exceeded the limit|maximum/i.test(detail) ? 'too_expensive' : 'bad_query';
  }
  return status >= 500 || status === 429 ? 'unavailable' : 'bad_response';
}

function toSample(raw: unknown): Sample {
  const { metric, value } = (raw ?? {}) as { metric?: Record<string, string>; value?: [number, string] };
  if (!Array.isArray(value) || value.length !== 2) {
    throw new PrometheusError('bad_response', 'a sample without a value (is it a native histogram?)');
  }
  return { labels: metric ?? {}, value: readValue(value[1]), timestamp: value[0] };
}
