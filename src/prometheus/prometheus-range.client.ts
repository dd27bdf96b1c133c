import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import axios, { type AxiosInstance } from 'axios';
import { credentials, translate } from './prometheus.client.js';
import type { RangeSamples, Steps } from './range-samples.js';
import { readRangeAnswer } from './read-range-answer.js';
import { PrometheusError } from './sample.js';

/** Prometheus refuses a range query with more points per series. */
export const MOST_STEPS = 11_000;
/** Longer than Prometheus' own limit of two minutes, whose word says more. */
const TIMEOUT_MS = 150_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** Pauses before a request is repeated whose server was away: a question of history loses nothing by waiting. */
const PAUSES_MS = [500, 2000];

/** Asks Prometheus for history. */
export class PrometheusRangeClient {
  private readonly http: AxiosInstance;
  private readonly agents: readonly [HttpAgent, HttpsAgent];

  /** `url` may carry credentials; `concurrency` is the most questions under way at a time. */
  constructor(url: string, concurrency: number) {
    const options = { keepAlive: true, maxSockets: concurrency };
    this.agents = [new HttpAgent(options), new HttpsAgent(options)];
    const address = new URL(url);
    // A network is slower than a compressor, loopback is not.
    const near = /^(localhost|127\.[\d.]+|\[::1\])$/.test(address.hostname);
    this.http = axios.create({
      baseURL: `${address.origin}${address.pathname.replace(/\/$/, '')}`,
      ...(address.username ? { auth: credentials(address) } : {}),
      httpAgent: this.agents[0],
      httpsAgent: this.agents[1],
      timeout: TIMEOUT_MS,
      maxRedirects: 0,
      proxy: false,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: 'arraybuffer',
      transformResponse: (body: Buffer) => body,
      validateStatus: () => true,
      headers: { 'Accept-Encoding': near ? 'identity' : 'gzip', 'User-Agent': 'Retune' },
    });
  }

  /**
   * What `expr` was at each of the steps; at most {@link MOST_STEPS}. Repeated twice while the server is away.
   * @throws PrometheusError; its message is free of the address and of credentials. The signal's reason once it is aborted.
   */
  async queryRange(expr: string, steps: Steps, signal?: AbortSignal): Promise<RangeSamples> {
    for (const pauseMs of [...PAUSES_MS, undefined]) {
      signal?.throwIfAborted();
      try {
        return await this.ask(expr, steps, signal);
      } catch (error) {
        signal?.throwIfAborted();
        const away = error instanceof PrometheusError && error.reason === 'unavailable';
        if (!away || pauseMs === undefined) throw error;
        await pause(pauseMs, undefined, signal ? { signal } : {});
      }
    }
    throw new Error('unreachable: the last attempt returns or throws');
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of this.agents) agent.destroy();
  }

  private async ask(expr: string, steps: Steps, signal?: AbortSignal): Promise<RangeSamples> {
    const seconds = (ms: number): string => (ms / 1000).toFixed(3);
    const form = new URLSearchParams({
      query: expr,
      start: seconds(steps.firstMs),
      end: seconds(steps.firstMs + (steps.count - 1) * steps.stepMs),
      step: seconds(steps.stepMs),
    });
    let answer;
    try {
      answer = await this.http.post<Buffer>('/api/v1/query_range', form.toString(), {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      throw translate(error);
    }
    return readRangeAnswer(answer.status, answer.data, steps);
  }
}
