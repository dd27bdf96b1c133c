import { setTimeout as sleep } from 'node:timers/promises';
import { HttpExchange } from './http-exchange.client.js';
import type { RangeSamples, Steps } from './range-samples.js';
import { readRangeAnswer } from './read-range-answer.js';
import { PrometheusError } from './sample.js';

/** Longer than Prometheus' own limit of two minutes, whose word says more. */
const TIMEOUT_MS = 150_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** Pauses before a request is repeated whose server was away: a question about history loses nothing by waiting. */
const PAUSES_MS = [500, 2000, undefined];
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Asks Prometheus for history. */
export class PrometheusRangeClient {
  private readonly http: HttpExchange;

  /** `url` may carry credentials; `concurrency` is the most questions under way at a time. */
  constructor(url: string, concurrency: number) {
    this.http = new HttpExchange(url, {
      connections: concurrency,
      maxBytes: MAX_ANSWER_BYTES,
      // A network is slower than a compressor; loopback is not.
      gzip: !LOOPBACK.test(new URL(url).hostname),
    });
  }

  /**
   * What `expr` was at each of the steps; Prometheus takes 11,000 at most. Repeated twice while the server is away.
   * @throws PrometheusError; its message is free of the address and of credentials. The signal's reason once it is aborted.
   */
  async queryRange(expr: string, steps: Steps, signal?: AbortSignal): Promise<RangeSamples> {
    const form = rangeForm(expr, steps);
    for (const pauseMs of PAUSES_MS) {
      try {
        const request = { path: '/api/v1/query_range', form, timeoutMs: TIMEOUT_MS, signal };
        const { status, body } = await this.http.send(request);
        return readRangeAnswer(status, body, steps);
      } catch (error) {
        signal?.throwIfAborted();
        const away = error instanceof PrometheusError && error.reason === 'unavailable';
        if (!away || pauseMs === undefined) throw error;
        await sleep(pauseMs, undefined, signal ? { signal } : {});
      }
    }
    throw new Error('the last attempt returns or throws');
  }

  /** Closes all connections. */
  close(): void {
    this.http.close();
  }
}

function rangeForm(expr: string, { firstMs, stepMs, count }: Steps): URLSearchParams {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  return new URLSearchParams({
    query: expr,
    start: seconds(firstMs),
    end: seconds(firstMs + (count - 1) * stepMs),
    step: seconds(stepMs),
  });
}
