import { register, type Registry } from 'prom-client';
import { metricFamilies } from './metric-families.js';
import { errorTypeOf, trackCalls, type AnyFunction, type EndPrediction } from './track-calls.js';

/** Where and how tracked calls are counted. */
export interface TrackOptions {
  /** prom-client's global registry unless given. */
  readonly registry?: Registry;
  /** Seconds; only the first user of a registry decides. */
  readonly latencyBuckets?: readonly number[];
  /** The `error_type` of an error; its constructor's name unless given. Keep the set of answers small. */
  readonly errorType?: (error: unknown) => string;
}

/** Wraps a function, and decorates a method under both kinds of TypeScript decorators. */
export interface PredictionTracker {
  <F extends AnyFunction>(fn: F): F;
  <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext): F;
  <F extends AnyFunction>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/**
 * Counts a model's predictions: one request per call, its latency, and an error by type when it throws or rejects; the
 * error goes on to the caller. Synchronous and asynchronous functions alike.
 *
 * `const predict = trackPrediction('iris', '7')(predictFlower)` or `@trackPrediction('iris', '7') predict(…) {…}`.
 * A version that changes while the process runs is given as a function.
 */
export function trackPrediction(
  modelName: string,
  modelVersion: string | (() => string),
  options: TrackOptions = {},
): PredictionTracker {
  const version = typeof modelVersion === 'string' ? () => modelVersion : modelVersion;
  const begin = predictionCounter(modelName, version, options);

  function track(
    target: object,
    context?: unknown,
    descriptor?: TypedPropertyDescriptor<AnyFunction>,
  ): unknown {
    const isLegacy = typeof context === 'string' || typeof context === 'symbol';
    const fn = isLegacy ? descriptor?.value : target;
    const isMethod = isLegacy || context === undefined || (context as { kind?: unknown }).kind === 'method';
    if (typeof fn !== 'function' || !isMethod) {
      throw new TypeError(
        `trackPrediction: expected a function or a method, got ${isLegacy ? `the property ${String(context)}` : typeof fn}`,
      );
    }
    const tracked = trackCalls(fn as AnyFunction, begin);
    return isLegacy ? { ...descriptor, value: tracked } : tracked;
  }
  return track as PredictionTracker;
}

/** Starts counting one prediction per call; the series of the current version exist at zero from now on. */
export function predictionCounter(
  modelName: string,
  version: () => string,
  options: TrackOptions,
): () => EndPrediction {
  const { requests, errors, latencyOf } = metricFamilies(
    options.registry ?? register,
    options.latencyBuckets,
  );
  const errorType = options.errorType ?? errorTypeOf;
  requests.inc({ model_name: modelName, model_version: version() }, 0);
  const latency = latencyOf(modelName);
  return () => {
    requests.inc({ model_name: modelName, model_version: version() });
    const stop = latency.startTimer({ model_name: modelName });
    return (failure) => {
      stop();
      if (failure) errors.inc({ model_name: modelName, error_type: errorType(failure.error) });
    };
  };
}
