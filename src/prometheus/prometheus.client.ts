import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { BrokenConnection, type ExchangeAnswer, HttpExchange } from './http-exchange.client.js';
import { readAnswer } from './read-answer.js';
import type { PrometheusAnswer } from './sample.js';

/** Beyond eight connections two cores gain nothing, and Prometheus itself runs twenty queries at a time at most. */
const CONNECTIONS = 8;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const READY_WITHIN_MS = 2000;
/** Before the second attempt; spread, so that all the questions of a slot do not come back at once. */
const PAUSE_MS = { shortest: 50, longest: 250 };

/** What may be said with a query. */
export interface QueryOptions {
  /** Ends the query; it then fails with `timeout`. */
  readonly signal?: AbortSignal;
  /** Whether the answer shall say how many samples the query touched. */
  readonly stats?: boolean;
}

/**
 * Asks Prometheus' query API. A question whose connection broke is asked once more, within its time; for everything else the
 * next slot is the retry.
 * No `Accept-Encoding: gzip`: Prometheus builds a compressor per answer, which costs it 2.5 to 5 times the CPU.
 */
@Injectable()
export class PrometheusClient {
  private readonly http: HttpExchange;

  /** `timeoutMs` is the longest one query may take, both attempts and the pause between them included. */
  constructor(
    url: string,
    private readonly timeoutMs: number,
  ) {
    this.http = new HttpExchange(url, { connections: CONNECTIONS, maxBytes: MAX_ANSWER_BYTES });
  }

  /**
   * The instant vector of `expr` at `at`; with `stats`, also how many samples the query touched.
   * @throws PrometheusError; its message is free of the address and of credentials.
   */
  async query(expr: string, at: Date, { signal, stats }: QueryOptions = {}): Promise<PrometheusAnswer> {
    const form = new URLSearchParams({ query: expr, time: (at.getTime() / 1000).toFixed(3) });
    if (stats) form.set('stats', '1');
    const { status, body } = await this.ask(form, signal);
    return readAnswer(status, body.toString('utf8'));
  }

  /** Whether Prometheus says it is ready. Never throws. */
  async ready(): Promise<boolean> {
    try {
      return (await this.http.send({ path: '/-/ready', timeoutMs: READY_WITHIN_MS })).status === 200;
    } catch {
      return false;
    }
  }

  /** Closes all connections. */
  close(): void {
    this.http.close();
  }

  private async ask(form: URLSearchParams, signal: AbortSignal | undefined): Promise<ExchangeAnswer> {
    const request = { path: '/api/v1/query', form, signal };
    const began = performance.now();
    try {
      return await this.http.send({ ...request, timeoutMs: this.timeoutMs });
    } catch (error) {
      const pauseMs = PAUSE_MS.shortest + Math.random() * (PAUSE_MS.longest - PAUSE_MS.shortest);
      const leftMs = this.timeoutMs - (performance.now() - began) - pauseMs;
      if (!(error instanceof BrokenConnection) || leftMs <= 0) throw error;
      // Ends early when the signal does; sending then says why.
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => undefined);
      return this.http.send({ ...request, timeoutMs: leftMs });
    }
  }
}
