import { AlertStore } from '../../../src/alerts/alert.store.js';
import type { Alert } from '../../../src/alerts/alert.js';
import { DatasourceAlarm } from '../../../src/evaluation/datasource-alarm.store.js';
import { EvaluationStores } from '../../../src/evaluation/evaluation-stores.store.js';
import { type EvaluationReport, EvaluationWorker } from '../../../src/evaluation/evaluation.worker.js';
import { GroupAsker } from '../../../src/evaluation/group-asker.client.js';
import { GroupQuestions } from '../../../src/evaluation/group-questions.client.js';
import { GroupStore } from '../../../src/evaluation/group.store.js';
import { RuleBook } from '../../../src/evaluation/rule-book.store.js';
import { PinnedReferenceStore } from '../../../src/evaluation/pinned-reference.store.js';
import { RuleStandingStore } from '../../../src/evaluation/rule-standing.store.js';
import { EVALUATION_SOURCE } from '../../../src/evaluation/watch-datasource.js';
import { SlotPlacer } from '../../../src/evaluation/slot-placer.client.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { compileRuleGroups } from '../../../src/rules/compile-rules.js';
import { RuleGroups } from '../../../src/rules/rule-group.schema.js';
import { CaptureServer, type ScriptedAnswer } from '../../support/capture-server.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPostgres } from '../../support/postgres.js';

const INTERVAL_MS = 10_000;
const BUDGET = { shortestMs: 5000, longestMs: 60_000 };

/** Series by the text of a query; what is not there matches nothing. */
export type Series = Record<string, readonly (readonly [Record<string, string>, number | string])[]>;

/** Evaluations over a real database, of a Prometheus whose answers the test writes down. */
export interface Evaluations {
  readonly database: DatabaseClient;
  readonly alerts: AlertStore;
  readonly groups: GroupStore;
  readonly standings: RuleStandingStore;
  /** What Prometheus holds. */
  series: Series;
  /** Ages of the newest samples in milliseconds, as Prometheus would tell of them at the next slot. */
  ages: readonly number[];
  /** What it answers instead, to every query. */
  outage: ScriptedAnswer | undefined;
  /** Puts rules in force: groups of ten seconds. */
  load(groups: readonly object[]): Promise<void>;
  /** Evaluates every group once, at its n-th slot; a worker of its own stands for another process. */
  evaluate(slot: number, worker?: EvaluationWorker): Promise<readonly EvaluationReport[]>;
  /** A process that knows nothing but the database. */
  process(): EvaluationWorker;
  /** Pending and firing alerts of the rules in force and of evaluation itself. */
  open(): Promise<readonly Alert[]>;
}

/** Starts a database and the stand-in for Prometheus. Ends with the tests of the file. */
export async function startEvaluations(): Promise<Evaluations> {
  const { address } = await startPostgres();
  await migrate(address);
  const logs = new Logs(createLogger('json', 'error'));
  const log = logs.for('test');
  const database = new DatabaseClient(address, log);
  onCleanup(() => database.close());
  const server = await CaptureServer.start();
  const prometheus = new PrometheusClient(server.url, 2000);
  onCleanup(() => prometheus.close());

  const [book, groups, standings] = [new RuleBook(), new GroupStore(), new RuleStandingStore()];
  const signals = new SignalsClient(address, log);
  const alerts = new AlertStore(signals);
  const references = new PinnedReferenceStore(signals);
  const stores = new EvaluationStores(groups, standings, alerts, new JournalStore(), references);
  const process = (): EvaluationWorker =>
    new EvaluationWorker(
      new GroupQuestions(new GroupAsker(prometheus, new Metrics()), new SlotPlacer(prometheus, book, logs)),
      stores,
      database,
      new DatasourceAlarm(alerts),
      book,
    );
  const first = process();
  const slotOf = (n: number): Date => new Date(Date.UTC(2026, 2, 10, 12) + n * INTERVAL_MS);

  const evaluations: Evaluations = {
    database,
    alerts,
    groups,
    standings,
    series: {},
    ages: [],
    outage: undefined,
    process,
    open: () => {
      const rules = book.groups.flatMap((group) => group.rules.map(({ key }) => key));
      return alerts.openOf([...rules, EVALUATION_SOURCE], database.db);
    },
    load: async (written) => {
      const forms = RuleGroups.parse(written.map((group) => ({ interval: '10s', ...group })));
      const compiled = compileRuleGroups('test.yml', forms, new Map(), { defaultIntervalMs: INTERVAL_MS });
      book.replace(compiled, { externalLabels: {}, externalUrl: '', prometheusAddress: '' });
      await groups.sync(compiled, slotOf(-1), database.db);
    },
    evaluate: async (n, worker = first) => {
      const keys = book.groups.map(({ key }) => key);
      const claimed = await groups.claim(keys, slotOf(n), slotOf(n + 1), BUDGET, 100, database.db);
      return Promise.all(
        claimed.map((claim) => {
          const group = book.group(claim.key);
          if (!group) throw new Error(`no group ${claim.key}`);
          return worker.evaluate(group, claim, () => 7, AbortSignal.timeout(5000));
        }),
      );
    },
  };
  server.otherwise((request) => {
    if (evaluations.outage !== undefined) return evaluations.outage;
    const query = new URLSearchParams(request.body).get('query') ?? '';
    const ages = evaluations.ages.map((age) => [{ age: String(age / 1000) }, 1] as const);
    const found = query.startsWith('count_values("age"') ? ages : evaluations.series[query];
    const result = (found ?? []).map(([metric, value]) => ({ metric, value: [0, String(value)] }));
    const stats = { samples: { totalQueryableSamples: found ? Math.max(1, result.length) : 0 } };
    return { status: 200, body: { status: 'success', data: { resultType: 'vector', result, stats } } };
  });
  return evaluations;
}
