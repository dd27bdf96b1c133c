import { sql } from 'kysely';
import pg from 'pg';
import { type Db, type DatabaseAddress, APP_SCHEMA, poolConfig } from './database.client.js';
import type { Log } from './log.js';

const CHANNEL = 'retune_signals';
const RECONNECT_MS = 1000;

/**
 * "There is new work" hints between parts and replicas, over PostgreSQL's LISTEN/NOTIFY. A hint sent inside a
 * transaction leaves with its commit. Hints may be lost; whoever listens also polls.
 */
export class SignalsClient {
  private readonly listeners = new Map<string, Set<() => void>>();
  private client: pg.Client | undefined;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly address: DatabaseAddress,
    private readonly log: Log,
  ) {}

  /** Tells everyone who listens to `topic`, in every process, once the surrounding transaction commits. */
  async send(topic: string, on: Db): Promise<void> {
    await sql`select pg_notify(${CHANNEL}, ${topic})`.execute(on);
  }

  /** Calls `listener` on each hint; the returned function ends that. */
  on(topic: string, listener: () => void): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(listener));
    return () => set.delete(listener);
  }

  /** Opens the listening connection and keeps it open. */
  async start(): Promise<void> {
    const client = new pg.Client({ ...poolConfig(this.address, APP_SCHEMA, 1) });
    client.on('notification', (message) =>
      this.listeners.get(message.payload ?? '')?.forEach((call) => call()),
    );
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      // Whatever was sent while nobody listened is found by looking once.
      for (const set of this.listeners.values()) set.forEach((call) => call());
    } catch (error) {
      this.log.warn('signal connection failed', { detail: (error as Error).message });
      this.reconnect(client);
    }
  }

  /** Closes the connection for good. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private reconnect(lost: pg.Client): void {
    if (this.closed || this.client !== lost) return;
    this.client = undefined;
    lost.removeAllListeners('end');
    lost.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
