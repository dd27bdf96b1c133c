import {
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type Job,
  type Queue,
  runMigrations,
  setDefaultBackendFactory,
  UnrecoverableError,
  withBackend,
  type Worker,
  type WorkerOptions,
} from 'bullmq';
import type pg from 'pg';
import { type DatabaseAddress, openPool, poolConfig } from './database.client.js';
import type { Log } from './log.js';

/** BullMQ's tables live in a schema of their own: its unqualified names (`job`, `event`) must never meet ours. */
const BULLMQ_SCHEMA = 'bullmq';
/** Completed jobs are kept longer than any relay can stall: their ids are what absorbs a repeated enqueue. */
const KEEP = { age: 2 * 86_400 };
const LISTENERS = 2; // one LISTEN connection per worker
const LOCK_MS = 15_000;
const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 60_000;
/** BullMQ waits for a store it never reached for as long as it takes; whoever asks holds a transaction open. */
const ANSWER_MS = 5000;

/** What a job run came to. The row behind the job says the same in more words. */
export type JobOutcome =
  | { readonly kind: 'done' }
  /** Try again in `afterMs`; counts as a failed attempt of the job. */
  | { readonly kind: 'again'; readonly afterMs: number; readonly why: string }
  /** Never again; stands among the failed jobs. */
  | { readonly kind: 'dead'; readonly why: string };

/** One unit of work: a row's id, nothing else. `id` may hold no `:` and may not be all digits. */
export interface QueuedJob {
  readonly id: string;
  readonly rowId: string;
}

/** Work that arrives at least once; `attempt` counts from 1. */
export type JobHandler = (rowId: string, attempt: number) => Promise<JobOutcome>;

class TryAgain extends Error {
  constructor(
    readonly afterMs: number,
    why: string,
  ) {
    super(why);
  }
}

/**
 * BullMQ behind three calls: on Redis when `redisUrl` is given, else on the PostgreSQL backend through one shared pool.
 * Rows decide, the queue delivers: jobs carry ids, handlers claim their row and may run twice.
 */
export class QueueClient {
  private readonly queues = new Map<string, Queue>();
  private readonly workers: Worker[] = [];

  private constructor(
    readonly backend: 'redis' | 'postgres',
    private readonly classes: ReturnType<typeof withBackend>,
    private readonly connection: (use: 'queue' | 'worker') => ConnectionOptions,
    private readonly pool: pg.Pool | undefined,
    private readonly log: Log,
  ) {}

  /** Opens the queue store. On PostgreSQL it brings BullMQ's own tables up to date first. */
  static async open(redisUrl: string | undefined, address: DatabaseAddress, log: Log): Promise<QueueClient> {
    if (redisUrl !== undefined) {
      // A queue must fail at once while Redis is away (the row is safe, the sweep repeats it); a worker must wait for it.
      const connection = (use: 'queue' | 'worker'): ConnectionOptions => ({
        url: redisUrl,
        maxRetriesPerRequest: null,
        enableOfflineQueue: use === 'worker',
      });
      setDefaultBackendFactory(createRedisBackend as never);
      return new QueueClient('redis', withBackend(createRedisBackend) as never, connection, undefined, log);
    }
    const pool = openPool(poolConfig(address, BULLMQ_SCHEMA, LISTENERS + 6), (error) =>
      log.warn('queue connection lost', { detail: error.message }),
    );
    const session = await pool.connect();
    try {
      await runMigrations(session, BULLMQ_SCHEMA);
    } finally {
      session.release();
    }
    setDefaultBackendFactory(createPostgresBackend as never);
    return new QueueClient('postgres', withBackend(createPostgresBackend) as never, () => pool, pool, log);
  }

  /** Adds jobs in one round trip; an id that is already there is left as it is. Fails soon when the store is away. */
  async add(queueName: string, jobs: readonly QueuedJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const options = {
      attempts: 1000,
      backoff: { type: 'custom' },
      removeOnComplete: KEEP,
      removeOnFail: KEEP,
    };
    const added = this.queue(queueName).addBulk(
      jobs.map((job) => ({
        name: queueName,
        data: { rowId: job.rowId },
        opts: { ...options, jobId: job.id },
      })),
    );
    await inTime(added);
  }

  /** Starts a worker; it stops with {@link close}, after its running jobs. */
  work(queueName: string, concurrency: number, handler: JobHandler): void {
    const options: WorkerOptions = {
      connection: this.connection('worker'),
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS / 2,
      drainDelay: 60,
      maxStalledCount: 1000, // a restarted process is no reason to give a job up
      settings: { backoffStrategy: backoff },
    };
    const run = async (job: Job<{ rowId: string }>): Promise<void> => {
      const outcome = await handler(job.data.rowId, job.attemptsMade + 1);
      if (outcome.kind === 'again') throw new TryAgain(outcome.afterMs, outcome.why);
      if (outcome.kind === 'dead') throw new UnrecoverableError(outcome.why);
    };
    const worker = new this.classes.Worker(queueName, run as never, options) as unknown as Worker;
    worker.on('error', (error) =>
      this.log.warn('queue trouble', { queue: queueName, detail: error.message }),
    );
    this.workers.push(worker);
    this.queue(queueName); // so that there is something to ask whether the store answers
  }

  /** Jobs waiting, running, delayed and failed. */
  async counts(queueName: string): Promise<Record<string, number>> {
    return inTime(this.queue(queueName).getJobCounts('waiting', 'active', 'delayed', 'failed'));
  }

  /** Rejects when the store does not answer. */
  async ping(): Promise<void> {
    const [queue] = this.queues.values();
    await inTime<unknown>(
      queue ? queue.getJobCounts('waiting') : Promise.resolve(this.pool?.query('select 1')),
    );
  }

  /** Lets running jobs end, then lets go of the store. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    const closed = [...this.queues.values()].map((queue) => queue.close());
    await inTime(Promise.all(closed)).catch(() => undefined);
    await this.pool?.end();
  }

  private queue(name: string): Queue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = new this.classes.Queue(name, { connection: this.connection('queue') }) as unknown as Queue;
    queue.on('error', (error) => this.log.warn('queue trouble', { queue: name, detail: error.message }));
    this.queues.set(name, queue);
    return queue;
  }
}

async function inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(new Error(`the queue store did not answer in ${ANSWER_MS / 1000} s`)),
      ANSWER_MS,
    );
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the handler asked for; a crash of the handler itself backs off from 1 s, doubling to a minute. */
function backoff(attemptsMade: number, _type?: string, error?: Error): number {
  if (error instanceof TryAgain) return error.afterMs;
  return Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attemptsMade - 1, 10));
}
