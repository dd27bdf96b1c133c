import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson, serve, type Answer, type Call } from './http-json.js';
import { httpPeers, sendUntilAnswered } from './http-peer.js';
import { printLine, readFlags, readNumber, runWhenMain, type Running } from './process.js';
import { retrain, type RetrainSettings, type RunMetrics } from './retrain.js';
import { readRunOrder, type RunOrder } from './run-order.js';
import { checkSignature, signingKey } from './webhook-signature.js';

/** How the pipeline runs. */
export interface PipelineOptions extends RetrainSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** How others reach the pipeline; its own address unless given. */
  readonly externalUrl?: string;
  /** `whsec_…`; with it, requests that are not signed with it are refused. */
  readonly secret?: string;
  /** Called whenever a run changes. */
  readonly onRun?: (run: PipelineRun) => void;
}

/** One training run as `GET /runs/:id` shows it. */
export interface PipelineRun {
  readonly run_id: string;
  readonly correlation_id: string;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  model_version?: string;
  metrics?: RunMetrics;
  /** Why the run failed or was cancelled. */
  detail?: string;
  readonly created_at: string;
  started_at?: string;
  finished_at?: string;
  /** Whether the end was reported to the callback. */
  reported: 'not_asked' | 'pending' | 'delivered' | 'undeliverable';
}

const MOST_RUNS_KEPT = 1000;

/** Starts the pipeline: takes signed retraining requests, trains one run at a time, and reports each end. */
export async function startPipeline(options: PipelineOptions): Promise<Running & { readonly url: string }> {
  const key = options.secret === undefined ? undefined : signingKey(options.secret);
  const stop = new AbortController();
  const peers = httpPeers(stop.signal);
  const runByKey = new Map<string, PipelineRun>();
  let queue: Promise<void> = Promise.resolve();

  const listening = await serve(options.host, options.port, {
    'POST /runs': accept,
    'GET /runs/:id': ({ params }) => {
      const run = [...runByKey.values()].find(
        (one) => one.run_id === params.id || one.correlation_id === params.id,
      );
      return run ? { status: 200, body: run } : { status: 404, body: { error: 'no such run' } };
    },
    'GET /healthz': () => ({ status: 200, body: { status: 'ok', runs: runByKey.size } }),
  });
  const baseUrl = (options.externalUrl ?? listening.url).replace(/\/+$/, '');

  function accept({ headers, body }: Call): Answer {
    const signature = key ? checkSignature(headers, body, key, peers.now()) : 'valid';
    if (signature !== 'valid') return { status: 401, body: { error: `signature ${signature}` } };
    const idempotencyKey = headers['idempotency-key'];
    if (typeof idempotencyKey !== 'string' || idempotencyKey === '') {
      return { status: 400, body: { error: 'expected an Idempotency-Key header' } };
    }
    const earlier = runByKey.get(idempotencyKey);
    if (earlier) return { status: 409, body: place(earlier) };
    const order = readRunOrder(parseJson(body));
    if (!order.success) return { status: 422, body: { error: z.prettifyError(order.error) } };

    const run: PipelineRun = {
      run_id: `train-${randomUUID()}`,
      correlation_id: order.data.correlationId,
      status: 'queued',
      created_at: peers.now().toISOString(),
      reported: order.data.callback ? 'pending' : 'not_asked',
    };
    runByKey.set(idempotencyKey, run);
    const [oldest] = runByKey.keys();
    if (runByKey.size > MOST_RUNS_KEPT && oldest !== undefined) runByKey.delete(oldest);
    queue = queue.then(() => (stop.signal.aborted ? undefined : execute(run, order.data)));
    return { status: 202, body: place(run) };
  }

  function place(run: PipelineRun): Record<string, string> {
    const url = `${baseUrl}/runs/${run.run_id}`;
    return { run_id: run.run_id, run_url: url, status_url: url };
  }

  async function execute(run: PipelineRun, order: RunOrder): Promise<void> {
    run.status = 'running';
    run.started_at = peers.now().toISOString();
    options.onRun?.(run);
    const result = await retrain(order, run.run_id, options, peers).catch((error: unknown) => ({
      status: 'failed' as const,
      detail: error instanceof Error ? error.message : String(error),
    }));
    run.status = result.status;
    run.finished_at = peers.now().toISOString();
    if (result.status === 'succeeded') {
      run.model_version = result.modelVersion;
      run.metrics = result.metrics;
    } else {
      run.detail = result.detail;
    }
    // A run that lost its claim belongs to somebody else, who reports it.
    if (order.callback && result.status !== 'cancelled') {
      const { run_id, correlation_id, status, model_version, metrics, detail, started_at, finished_at } = run;
      const report = {
        correlation_id,
        run_id,
        run_url: place(run).run_url,
        status,
        model_version,
        metrics,
        detail,
        started_at,
        finished_at,
      };
      const answer = await sendUntilAnswered(peers, order.callback.url, report, order.callback.token);
      run.reported = answer.status >= 200 && answer.status < 300 ? 'delivered' : 'undeliverable';
    }
    options.onRun?.(run);
  }

  return {
    url: listening.url,
    ready: { port: listening.port, url: listening.url, signed: key !== undefined },
    close: async () => {
      stop.abort();
      await listening.close();
      await queue;
    },
  };
}

/** Flags of the process with their defaults. */
export const PIPELINE_FLAGS = {
  host: '127.0.0.1',
  port: '8703',
  'external-url': '',
  'model-server': 'http://127.0.0.1:8701',
  secret: '',
  'secret-file': '',
  'most-rows': '800',
  'least-rows': '200',
  seed: '3',
} as const;

await runWhenMain(import.meta.url, 'iris-pipeline', async () => {
  const flags = readFlags(PIPELINE_FLAGS, process.argv.slice(2), process.env);
  const secret =
    flags['secret-file'] === '' ? flags.secret : (await readFile(flags['secret-file'], 'utf8')).trim();
  return startPipeline({
    host: flags.host,
    port: readNumber('port', flags.port),
    modelServer: flags['model-server'].replace(/\/+$/, ''),
    mostRows: readNumber('most-rows', flags['most-rows']),
    leastRows: readNumber('least-rows', flags['least-rows']),
    seed: readNumber('seed', flags.seed),
    ...(flags['external-url'] === '' ? {} : { externalUrl: flags['external-url'] }),
    ...(secret === '' ? {} : { secret }),
    onRun: (run) => printLine({ event: 'run', process: 'iris-pipeline', ...run }),
  });
});
