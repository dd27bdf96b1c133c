import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Injectable } from '@nestjs/common';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { readAnswer } from './read-answer.js';
import { type PrometheusAnswer, PrometheusError } from './sample.js';

/** Beyond eight connections two cores gain nothing, and Prometheus itself runs twenty queries at a time at most. */
const CONNECTIONS = 8;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What may be said with a query. */
export interface QueryOptions {
  /** Ends the query; it then fails with `timeout`. */
  readonly signal?: AbortSignal;
  /** Whether the answer shall say how many samples the query touched. */
  readonly stats?: boolean;
}

/**
 * Asks Prometheus' query API. One attempt per question: the next slot is the retry.
 * No `Accept-Encoding: gzip`: Prometheus builds a compressor per answer, which costs it 2.5 to 5 times the CPU.
 */
@Injectable()
export class PrometheusClient {
  private readonly http: AxiosInstance;
  private readonly agents: readonly [HttpAgent, HttpsAgent];

  constructor(url: string, timeoutMs: number) {
    const options = { keepAlive: true, maxSockets: CONNECTIONS };
    this.agents = [new HttpAgent(options), new HttpsAgent(options)];
    const address = new URL(url);
    this.http = axios.create({
      baseURL: `${address.origin}${address.pathname.replace(/\/$/, '')}`,
      ...(address.username ? { auth: credentials(address) } : {}),
      httpAgent: this.agents[0],
      httpsAgent: this.agents[1],
      timeout: timeoutMs,
      maxRedirects: 0,
      proxy: false,
      decompress: false,
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: 'text',
      transformResponse: (body: string) => body,
      validateStatus: () => true,
      headers: { 'Accept-Encoding': 'identity', 'User-Agent': 'Retune' },
    });
  }

  /**
   * The instant vector of `expr` at `at`; with `stats`, also how many samples the query touched.
   * @throws PrometheusError; its message is free of the address and of credentials.
   */
  async query(expr: string, at: Date, { signal, stats }: QueryOptions = {}): Promise<PrometheusAnswer> {
    const form = new URLSearchParams({ query: expr, time: (at.getTime() / 1000).toFixed(3) });
    if (stats) form.set('stats', '1');
    try {
      const answer = await this.http.post<string>('/api/v1/query', form.toString(), {
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        ...(signal ? { signal } : {}),
      });
      return readAnswer(answer.status, answer.data);
    } catch (error) {
      throw error instanceof PrometheusError ? error : translate(error);
    }
  }

  /** Whether Prometheus says it is ready. Never throws. */
  async ready(): Promise<boolean> {
    try {
      return (await this.http.get('/-/ready', { timeout: 2000 })).status === 200;
    } catch {
      return false;
    }
  }

  /** Closes idle connections. */
  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}

/** Why a request got no answer. The library's error holds URL, headers and body; none of that may travel on. */
export function translate(error: unknown): PrometheusError {
  const code = isAxiosError(error) ? (error.code ?? 'unknown') : 'unknown';
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT')
    return new PrometheusError('timeout', 'no answer in time');
  if (code === 'ERR_CANCELED')
    return new PrometheusError('timeout', 'given up: the evaluation ran out of time');
  if (code === 'ERR_BAD_RESPONSE')
    return new PrometheusError('too_expensive', 'the answer is larger than 64 MiB');
  return new PrometheusError('unavailable', `cannot reach Prometheus (${code})`);
}

/** User and password that an address carries. */
export function credentials(address: URL): { username: string; password: string } {
  return { username: decodeURIComponent(address.username), password: decodeURIComponent(address.password) };
}
