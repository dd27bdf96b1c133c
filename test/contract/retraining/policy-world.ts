import { sql } from 'kysely';
import { AlertStore } from '../../../src/alerts/alert.store.js';
import { parseMatcher } from '../../../src/alerts/matcher-parse.js';
import { raiseAlert, raisedFingerprint, settleAlert } from '../../../src/alerts/raise-alert.js';
import { JournalStore } from '../../../src/journal/journal.store.js';
import { type DatabaseAddress, DatabaseClient } from '../../../src/platform/database.client.js';
import { createLogger, Logs } from '../../../src/platform/log.js';
import { Metrics } from '../../../src/platform/metrics.client.js';
import { Platform } from '../../../src/platform/platform.module.js';
import { SignalsClient } from '../../../src/platform/signals.client.js';
import type { CiProvider } from '../../../src/retraining/ci/ci-provider.js';
import type { CiTarget } from '../../../src/retraining/ci.schema.js';
import type { StoredDecision } from '../../../src/retraining/decision-log.store.js';
import { AskedRuns } from '../../../src/retraining/asked-runs.dispatcher.js';
import { DecisionReader } from '../../../src/retraining/decision-reader.store.js';
import { IncidentDecider } from '../../../src/retraining/incident-decider.dispatcher.js';
import { IncidentStore } from '../../../src/retraining/incident.store.js';
import type { ModelMeter } from '../../../src/retraining/model-meter.client.js';
import { PolicyBook } from '../../../src/retraining/policy-book.store.js';
import { compilePolicy, type Policy } from '../../../src/retraining/policy.js';
import { PolicyConfig } from '../../../src/retraining/policy.schema.js';
import { RetrainingDispatcher } from '../../../src/retraining/retraining.dispatcher.js';
import { RetrainingWorker, type RunClients } from '../../../src/retraining/retraining.worker.js';
import { RetrainingStores, RunRecorder } from '../../../src/retraining/run-recorder.store.js';
import type { RunEvent } from '../../../src/retraining/run-event.js';
import { RunAdmitter } from '../../../src/retraining/run-admitter.store.js';
import { ScheduledRuns } from '../../../src/retraining/scheduled-runs.dispatcher.js';
import { ScheduleStore } from '../../../src/retraining/schedule.store.js';
import { RunStore } from '../../../src/retraining/run.store.js';
import type { Run, RunState } from '../../../src/retraining/run.js';
import { SilenceStore } from '../../../src/routing/silence.store.js';
import { CI, EVIDENCE, NOON, pastRun, SaidMeter, SetClock } from './stand-ins.js';

export { NOON } from './stand-ins.js';

/** A second, in milliseconds; so the others. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The service's own incidents, decisions, runs and worker on a real database, with a clock and a CI system that do as they are told. */
export class PolicyWorld {
  readonly clock = new SetClock();
  readonly meter = new SaidMeter();
  readonly book = new PolicyBook();
  readonly stores: RetrainingStores;
  readonly recorder: RunRecorder;
  readonly database: DatabaseClient;
  readonly decider: IncidentDecider;
  readonly targets: readonly CiTarget[];
  readonly asked: AskedRuns;
  readonly silences = new SilenceStore();
  readonly platform: Platform;
  private readonly dispatcher: RetrainingDispatcher;
  private readonly worker: RetrainingWorker;
  private readonly queued: string[] = [];
  private pasts = 0;

  constructor(address: DatabaseAddress, ci: CiProvider = CI) {
    this.targets = ['train', 'rollback'].map((name) => ({ name, provider: ci, config: {} }));
    const logs = new Logs(createLogger('json', 'error'));
    this.database = new DatabaseClient(address, logs.for('test'));
    const signals = new SignalsClient(address, logs.for('test'));
    const platform = new Platform(this.clock, this.database, logs, new Metrics(), signals);
    this.platform = platform;
    const alerts = new AlertStore(signals);
    this.stores = new RetrainingStores(new RunStore(), new IncidentStore(), alerts, new JournalStore());
    this.recorder = new RunRecorder(platform, this.stores, this.book);
    const meter = this.meter as unknown as ModelMeter;
    const reader = new DecisionReader(platform, this.stores, meter, this.silences);
    const admitter = new RunAdmitter(platform, this.recorder, this.book, reader);
    this.decider = new IncidentDecider(platform, this.stores, this.book, meter, admitter);
    this.asked = new AskedRuns(platform, this.stores, meter, admitter);
    const schedules = () =>
      new ScheduledRuns(platform, this.book, new ScheduleStore(), this.asked, this.stores.journal);
    const add = async (_queue: string, jobs: readonly { readonly rowId: string }[]): Promise<void> => {
      this.queued.push(...jobs.map(({ rowId }) => rowId));
    };
    const queue = { add, work: () => undefined } as never;
    this.dispatcher = new RetrainingDispatcher(platform, queue, this.stores, this.decider, schedules());
    const clients = { http: {}, meter, tokens: { callbackOf: async () => ({}) } } as unknown as RunClients;
    this.worker = new RetrainingWorker(platform, queue, this.recorder, this.book, clients);
  }

  /** Forgets everything, and puts policies in force. */
  async begin(policies: readonly object[], at = NOON): Promise<readonly Policy[]> {
    await sql`truncate silences, retraining_schedules, run_reasons, reference_repins, retraining_decisions, runs, incident_alerts, incidents, alerts, transitions, journal, circuit_resets restart identity cascade`.execute(
      this.database.db,
    );
    this.clock.time = at;
    this.meter.measured = { versions: [{ version: '7', correct: 880, total: 1000, traffic: 1 }], at };
    this.meter.labels = { kind: 'unknown', why: 'Prometheus gives no answer' };
    this.pasts = 0;
    const compiled = policies.map((policy) =>
      compilePolicy(
        PolicyConfig.parse({ name: 'p', model: 'iris', run: 'train', mode: 'auto', ...policy }),
        (text) => {
          const parsed = parseMatcher(text);
          if (!parsed.ok) throw new Error(parsed.error.message);
          return parsed.matcher;
        },
      ),
    );
    this.book.replace(compiled, this.targets, 'http://retune.example');
    return compiled;
  }

  /** Lets time go by, then everything that is due happen. */
  async pass(ms: number): Promise<void> {
    this.clock.time = new Date(this.clock.time.getTime() + ms);
    await this.round();
  }

  /** Lets time go by, then what the service itself finds due: nothing is woken from outside. */
  async tick(ms: number): Promise<void> {
    this.clock.time = new Date(this.clock.time.getTime() + ms);
    this.queued.length = 0;
    while ((await this.dispatcher.round()) === 'again');
    for (const id of new Set(this.queued)) await this.worker.advance(id);
  }

  /** Transitions, incidents that are due, and runs that are due to be sent. */
  async round(): Promise<void> {
    // In one order, so that two worlds on one database never wait for each other.
    await sql`
      update incidents set next_check_at = ${this.clock.time}
      where id in (select id from incidents where closed_at is null order by id for update)`.execute(
      this.database.db,
    );
    await this.dispatcher.round();
    for (const run of await this.active()) if (run.state === 'queued') await this.worker.advance(run.id);
  }

  private raised(name: string, model: string, version: string) {
    const evidence = EVIDENCE[name];
    return {
      source: 'rules;test',
      labels: { alertname: name, model_name: model, ...(version ? { model_version: version } : {}) },
      annotations: {},
      ...(evidence ? { evidence } : {}),
    };
  }

  /** An alert begins to fire. */
  async fire(name: string, model = 'iris', version = '7'): Promise<void> {
    await this.save(
      (existing, raised) => raiseAlert(existing, raised, this.clock.time),
      name,
      model,
      version,
    );
  }

  /** An alert ends. */
  async resolve(name: string, model = 'iris', version = '7'): Promise<void> {
    await this.save((existing) => settleAlert(existing, this.clock.time), name, model, version);
  }

  private async save(
    change: (
      existing: Parameters<typeof raiseAlert>[0],
      raised: Parameters<typeof raiseAlert>[1],
    ) => ReturnType<typeof settleAlert>,
    name: string,
    model: string,
    version: string,
  ): Promise<void> {
    const raised = this.raised(name, model, version);
    const key = raisedFingerprint(raised);
    await this.database.transaction(async (trx) => {
      const made = change((await this.stores.alerts.lockAll(raised.source, [key], trx)).get(key), raised);
      if (made) await this.stores.alerts.save([made], trx);
    });
  }

  /** The run that has not ended. */
  async active(): Promise<Run[]> {
    return this.stores.runs.list({ active: true, limit: 100 }, this.database.db);
  }

  async apply(event: RunEvent, id?: string): Promise<string> {
    const run = id ?? (await this.active())[0]?.id;
    if (run === undefined) throw new Error(`no run is active for ${event.type}`);
    return (await this.recorder.apply(run, event))?.reason ?? 'no such run';
  }

  /** Leads the active run, or the one named, to an end by the events that lead there in life. */
  async end(state: RunState, id?: string): Promise<void> {
    const run = id ?? (await this.active())[0]?.id ?? '';
    const status = (word: 'running' | 'succeeded' | 'failed') =>
      this.apply({ type: 'polled', status: { state: word, raw: word } }, run);
    if (state === 'cancelled' || state === 'rejected') {
      await this.apply({ type: state === 'rejected' ? 'rejected' : 'cancel_requested', by: 'jane' }, run);
      return;
    }
    await status('running');
    if (state === 'failed') return void (await status('failed'));
    await status('succeeded');
    const version = (await this.stores.runs.get(run, this.database.db))?.newVersion ?? '8';
    await this.apply({ type: 'version_seen', version }, run);
    const result = state as 'verified' | 'not_improved' | 'regressed' | 'unverifiable';
    const verification = {
      result,
      reason: 'better_than_baseline',
      newVersion: version,
      accuracy: 0.8,
      n: 400,
      at: this.clock.time.toISOString(),
    };
    await this.apply({ type: 'judged', verification }, run);
  }

  /** A run of the past, as a row: sent `agoMs` ago and over an hour later, unless told otherwise. */
  async past(state: RunState, agoMs: number, more: Partial<Run> = {}): Promise<void> {
    const before = (ms: number): Date => new Date(this.clock.time.getTime() - ms);
    await sql`insert into incidents (id, model, opened_at, closed_at) values ('inc-old', 'iris', ${before(400 * DAY)}, ${before(399 * DAY)}) on conflict do nothing`.execute(
      this.database.db,
    );
    const run = pastRun(`rt-past-${(this.pasts += 1)}`, state, before(agoMs), more);
    await this.stores.runs.insert(run, this.clock.time, this.database.db);
  }

  /** All decisions, oldest first. */
  async decisions(): Promise<readonly StoredDecision[]> {
    const { rows } = await sql<StoredDecision>`select * from retraining_decisions order by id`.execute(
      this.database.db,
    );
    return rows;
  }

  /** The last decision in words, `hold: cooldown`, of the policy named. */
  async last(policy = 'p'): Promise<string> {
    const last = (await this.decisions()).findLast((each) => each.policy === policy);
    return last ? `${last.decision}: ${last.reason}` : 'none';
  }

  /** Names of the alerts of our own that fire. */
  async told(): Promise<readonly string[]> {
    const firing = await this.stores.alerts.firing(this.database.db);
    return firing
      .filter(({ source }) => source === 'retraining')
      .map(({ labels }) => `${labels['alertname']} ${labels['severity']}`);
  }

  async close(): Promise<void> {
    await this.database.close();
  }
}
