import { sql } from 'kysely';
import { AlertStore } from '../../../src/alerts/alert.store.js';
import { raiseAlert, settleAlert } from '../../../src/alerts/raise-alert.js';
import { PinReferencesScheduler } from '../../../src/evaluation/pin-references.scheduler.js';
import { PinReferencesWorker } from '../../../src/evaluation/pin-references.worker.js';
import { PinnedReferenceStore } from '../../../src/evaluation/pinned-reference.store.js';
import { RuleBook } from '../../../src/evaluation/rule-book.store.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { Clock } from '../../../src/platform/clock.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { Platform } from '../../../src/platform/platform.module.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import type { Observation } from '../../../src/rules/kinds/kind.js';
import { Models, toModelFacts } from '../../../src/rules/model.schema.js';
import type { Rule } from '../../../src/rules/rule.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPostgres } from '../../support/postgres.js';
import { type PastSeries, startPrometheusWithPast } from '../../support/prometheus-past.js';

const HOUR = 3600;
/** The first instant of the past; hours of these specs count from here. */
const START = Date.UTC(2026, 2, 1) / 1000;
const STEP = 300;
const HOURS = 130;

/** The instant that many hours after the start. */
export const hour = (hours: number): Date => new Date((START + hours * HOUR) * 1000);

/** Buckets ≤1, ≤2, ≤3 and beyond that grow by these counts in five minutes: before, and from hour 80 on. */
const PETAL = [
  [20, 50, 28, 2],
  [2, 30, 65, 3],
];

/**
 * Version 7 serves all the time, version 8 half as much from hour 30 to 40. `petal` has a value per request, `rare` two an
 * hour, `flat` always the same. From hour 80 on petals are longer.
 */
function past(): readonly PastSeries[] {
  const series = new Map<
    string,
    { name: string; labels: Record<string, string>; samples: [number, number][] }
  >();
  const totals = new Map<string, number>();
  const grow = (at: number, name: string, labels: Record<string, string>, by: number): void => {
    const key = JSON.stringify([name, labels]);
    const total = (totals.get(key) ?? 0) + by;
    totals.set(key, total);
    const known = series.get(key);
    if (known) known.samples.push([at, total]);
    else series.set(key, { name, labels: { model_name: 'iris', ...labels }, samples: [[at, total]] });
  };
  for (let at = START; at <= START + HOURS * HOUR; at += STEP) {
    const hours = (at - START) / HOUR;
    for (const version of hours > 30 && hours <= 40 ? ['7', '8'] : ['7']) {
      const share = version === '7' ? 1 : 0.5;
      const labels = { model_version: version };
      grow(at, 'model_prediction_requests_total', labels, 100 * share);
      grow(at, 'predictions_total', { ...labels, class: 'a' }, 60 * share);
      grow(at, 'predictions_total', { ...labels, class: 'b' }, 40 * share);
      const features = {
        petal: PETAL[hours < 80 ? 0 : 1] as number[],
        rare: [0.1, 0.06, 0, 0],
        flat: [100, 0, 0, 0],
      };
      for (const [feature, counts] of Object.entries(features)) {
        let below = 0;
        counts.forEach((count, k) => {
          below += count * share;
          grow(
            at,
            'model_feature_value_bucket',
            { ...labels, feature, le: ['1', '2', '3', '+Inf'][k] as string },
            below,
          );
        });
      }
    }
  }
  return [...series.values()];
}

class SetClock extends Clock {
  time = hour(0);
  now(): Date {
    return this.time;
  }
  async until(): Promise<void> {}
}

/** One process of the service, as far as it pins. */
export interface Replica {
  readonly store: PinnedReferenceStore;
  readonly scheduler: PinReferencesScheduler;
}

/** A database, a Prometheus with a past, and as many processes as a test wants. */
export interface Pinning {
  readonly database: DatabaseClient;
  /** Sets the time for all processes. */
  at(hours: number): void;
  /** A process that knows nothing but the database; without Prometheus when it is to do without. */
  replica(prometheus?: 'away'): Replica;
  /** Puts rules in force: the models, and the conditions of one rule each. */
  load(models: readonly object[], ...conditions: readonly object[]): readonly Rule[];
  /** Makes an alert fire, or ends it: of a rule about the model, unless it is told otherwise. */
  alert(name: string, state: 'firing' | 'resolved', told?: ToldAlert): Promise<void>;
  /** What a process says of a rule now, by its questions to Prometheus and its references. */
  judge(rule: Rule, replica: Replica): Promise<readonly Observation[]>;
  /** All references as they are stored, oldest first. */
  stored(): Promise<readonly StoredPin[]>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

/** What an alert is besides its name. */
export interface ToldAlert {
  readonly kind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly source?: string;
}

/** A row of the references. */
export interface StoredPin {
  readonly version: string;
  readonly revision: number;
  readonly scope: string;
  readonly text: string;
  readonly checksum: string;
  readonly reason: string;
  readonly counted_from: Date;
}

/** Starts all of it. Ends with the tests of the file. */
export async function startPinning(): Promise<Pinning> {
  const { address } = await startPostgres();
  await migrate(address);
  const logs = new Logs(createLogger('json', 'error'));
  const database = new DatabaseClient(address, logs.for('test'));
  onCleanup(() => database.close());
  const { url } = await startPrometheusWithPast(past());
  const here = new PrometheusClient(url, 5000);
  const away = new PrometheusClient('http://127.0.0.1:1', 100);
  onCleanup(() => here.close());
  const [clock, book, signals] = [
    new SetClock(),
    new RuleBook(),
    new SignalsClient(address, logs.for('test')),
  ];
  const alerts = new AlertStore(signals);
  return {
    database,
    at: (hours) => {
      clock.time = hour(hours);
    },
    replica: (prometheus) => {
      const platform = new Platform(clock, database, logs, new Metrics(), signals);
      const store = new PinnedReferenceStore(signals);
      const asked = prometheus === 'away' ? away : here;
      const worker = new PinReferencesWorker(platform, asked, store, alerts, new JournalStore());
      return { store, scheduler: new PinReferencesScheduler(platform, book, store, worker) };
    },
    load: (models, ...conditions) => {
      const facts = new Map(Models.parse(models).map((model) => [model.name, toModelFacts(model)]));
      const rules = conditions.map((condition, k) => ({ alert: `Rule${k}`, ...condition }));
      const groups = compileRuleGroups('test.yml', RuleGroups.parse([{ name: 'g', rules }]), facts, {
        defaultIntervalMs: 60_000,
      });
      book.replace(groups, { externalLabels: {}, externalUrl: '', prometheusAddress: '' });
      return groups.flatMap((group) => group.rules);
    },
    alert: async (name, state, { kind, ...told } = {}) => {
      const labels = { alertname: name, model_name: 'iris', ...told.labels };
      const evidence = kind === undefined ? {} : { evidence: { kind, measure: '', value: 1, threshold: 0 } };
      const raised = { source: told.source ?? `test.yml;g;0;${name}`, labels, annotations: {}, ...evidence };
      const [open] = await alerts.openOf([raised.source], database.db);
      const change =
        state === 'firing' ? raiseAlert(open, raised, clock.time) : settleAlert(open, clock.time);
      await alerts.save(change ? [change] : [], database.db);
    },
    judge: async (rule, { store }) => {
      const answers = await Promise.all(
        rule.queries.map(
          async ({ name, expr }) => [name, (await here.query(expr, clock.time)).samples] as const,
        ),
      );
      const references = store.referencesOf(rule);
      const context = { now: clock.time, firing: new Set<string>(), ...(references ? { references } : {}) };
      return rule.judge(Object.fromEntries(answers), context);
    },
    stored: async () =>
      (
        await sql<StoredPin>`select version, revision, scope, document::text as text, checksum, reason, counted_from
          from drift_references order by pinned_at, scope, version`.execute(database.db)
      ).rows,
    clear: async () => {
      await sql`truncate drift_references, drift_settling, alerts, transitions, journal`.execute(database.db);
    },
  };
}
