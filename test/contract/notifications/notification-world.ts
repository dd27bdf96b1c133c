import { sql } from 'kysely';
import { AlertStore } from '../../../src/alerts/alert.store.js';
import type { Matcher } from '../../../src/alerts/matcher.js';
import { parseMatcher } from '../../../src/alerts/matcher-parse.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { AlertExplainer } from '../../../src/notifications/alert-explainer.store.js';
import { DeliveryRecorder } from '../../../src/notifications/delivery-recorder.store.js';
import { DeliveryStore } from '../../../src/notifications/delivery.store.js';
import { DeliveryWorker, OutboundClients } from '../../../src/notifications/delivery.worker.js';
import { NotificationDispatcher } from '../../../src/notifications/notification.dispatcher.js';
import { NotificationGroupStore } from '../../../src/notifications/notification-group.store.js';
import { NotificationLogStore } from '../../../src/notifications/notification-log.store.js';
import { NotificationStores } from '../../../src/notifications/notification-stores.store.js';
import { type Routing, RoutingTable } from '../../../src/notifications/routing-table.store.js';
import { Clock } from '../../../src/platform/clock.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { HttpClient } from '../../../src/platform/http.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { Platform } from '../../../src/platform/platform.module.js';
import { SmtpClient } from '../../../src/platform/smtp.client.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import { SilenceStore } from '../../../src/routing/silence.store.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPostgres } from '../../support/postgres.js';

/** Second `second` of the world's noon. */
export const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 12, 0, second));

/** A matcher that is known to parse. */
export function matcher(text: string): Matcher {
  const parsed = parseMatcher(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.matcher;
}

class SetClock extends Clock {
  time = at(0);
  override now(): Date {
    return this.time;
  }
  override until(): Promise<void> {
    return Promise.resolve();
  }
}

/** Alerts, groups and messages on a real database; the clock is set, and nothing is sent to anybody. */
export class NotificationWorld {
  readonly clock = new SetClock();
  readonly silences = new SilenceStore();
  readonly alerts = new AlertStore({ send: () => Promise.resolve() } as never);
  readonly journal = new JournalStore();

  private constructor(
    readonly database: DatabaseClient,
    private readonly logs: Logs,
    private readonly signals: SignalsClient,
  ) {}

  /** With a database of its own; ends with the tests of the file. */
  static async start(): Promise<NotificationWorld> {
    const { address } = await startPostgres();
    await migrate(address);
    const logs = new Logs(createLogger('json', 'error'));
    const database = new DatabaseClient(address, logs.for('test'));
    onCleanup(() => database.close());
    return new NotificationWorld(database, logs, new SignalsClient(address, logs.for('test')));
  }

  /** Noon again, and nothing stored. */
  async reset(): Promise<void> {
    this.clock.time = at(0);
    await sql`truncate alerts, transitions, heartbeat_watches, silences, journal, notification_groups,
      notification_log, deliveries cascade`.execute(this.database.db);
  }

  /** As one more process has it: with counters of its own. */
  platform(): Platform {
    return new Platform(this.clock, this.database, this.logs, new Metrics(), this.signals);
  }

  /** The dispatcher, the explainer and the worker of a process with these routes and receivers. */
  process(routing: Partial<Routing>): {
    readonly dispatcher: NotificationDispatcher;
    readonly explainer: AlertExplainer;
    readonly worker: DeliveryWorker;
  } {
    const table = new RoutingTable();
    table.current = { ...table.current, ...routing };
    const stores = new NotificationStores(
      new NotificationGroupStore(),
      new NotificationLogStore(),
      new DeliveryStore({ send: () => Promise.resolve() } as never),
      this.silences,
    );
    return {
      dispatcher: new NotificationDispatcher(this.platform(), this.alerts, this.journal, stores, table),
      explainer: new AlertExplainer(this.alerts, stores, table),
      worker: new DeliveryWorker(
        this.platform(),
        { add: () => Promise.resolve(), work: () => undefined } as never,
        new OutboundClients(new HttpClient(), new SmtpClient()),
        new DeliveryRecorder(stores.deliveries, stores.log, this.alerts, this.journal, this.database),
        table,
      ),
    };
  }

  /** Everything that is on its way arrives now. */
  async arrive(): Promise<void> {
    await sql`update deliveries set state = 'delivered', finished_at = ${this.clock.time} where finished_at is null`.execute(
      this.database.db,
    );
  }

  /** One attempt for each delivery whose turn it is, oldest first, until none is due. */
  async deliver(worker: DeliveryWorker): Promise<void> {
    for (;;) {
      const { rows } = await sql<{ id: string }>`select id from deliveries d where finished_at is null
        and (next_attempt_at is null or next_attempt_at <= ${this.clock.time})
        and (claimed_until is null or claimed_until <= ${this.clock.time})
        and not exists (select 1 from deliveries e where e.order_key = d.order_key and e.finished_at is null and e.seq < d.seq)
        order by seq limit 1`.execute(this.database.db);
      const [next] = rows;
      if (!next) return;
      await worker.attempt(next.id);
    }
  }

  /** Seconds after noon at which messages were made, oldest first. */
  async sentAt(): Promise<readonly number[]> {
    const { rows } = await sql<{ created_at: Date }>`select created_at from deliveries order by seq`.execute(
      this.database.db,
    );
    return rows.map((row) => (row.created_at.getTime() - at(0).getTime()) / 1000);
  }

  /** Ada silences alerts for the next 3000 s. */
  async silence(id: string, matchers: readonly Matcher[], comment: string): Promise<void> {
    await this.silences.save(
      {
        id,
        matchers,
        startsAt: at(0),
        endsAt: at(3000),
        createdBy: 'ada',
        comment,
        updatedAt: at(0),
        annotations: {},
      },
      this.database.db,
    );
  }
}
