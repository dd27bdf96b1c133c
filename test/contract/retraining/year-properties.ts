import { sql } from 'kysely';
import { circuitOf } from '../../../src/retraining/circuit.js';
import { pastRuns } from '../../../src/retraining/past-runs.store.js';
import type { Policy } from '../../../src/retraining/policy.js';
import type { Approved, RunState } from '../../../src/retraining/run.js';
import { DAY, MINUTE } from './policy-world.js';
import { type Breaker, CLOSED, turn } from './breaker.js';
import type { SimulatedYear } from './simulated-year.js';

interface Row {
  readonly id: string;
  readonly model: string;
  readonly state: RunState;
  readonly reason: string | null;
  readonly incident_id: string;
  readonly created_at: Date;
  readonly sent_at: Date | null;
  readonly ended_at: Date | null;
  readonly next_check_at: Date | null;
  readonly rolls_back: string | null;
  readonly concurrency_group: string | null;
  readonly approvals: readonly Approved[] | null;
  readonly cost: number | null;
  readonly rules: readonly string[];
  readonly kind: string;
  readonly requester: string;
}

const PROVEN: readonly string[] = ['Accuracy', 'Custom'];
const HOLDS_PLACE: readonly RunState[] = [
  'awaiting_approval',
  'queued',
  'triggering',
  'ambiguous',
  'dispatched',
  'running',
];
const weekdayInBerlin = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Europe/Berlin' });
const started = (run: Row): boolean =>
  run.rolls_back === null &&
  !(['rejected', 'expired'] as RunState[]).includes(run.state) &&
  (run.state !== 'cancelled' || run.sent_at !== null);
const startMs = (run: Row): number => (run.sent_at ?? run.created_at).getTime();

/** What must hold after every step, worked out from the rows and from what the test did, not by the code it tests. */
export class YearProperties {
  /** Run ids seen before. */
  private readonly seen = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly breakers = new Map<string, Breaker>();
  private readonly lastEnd = new Map<string, number>();
  private readonly lastReset = new Map<string, number>();
  private readonly touched = new Set<string>();

  constructor(
    private readonly year: SimulatedYear,
    private readonly policies: ReadonlyMap<string, Policy>,
  ) {}

  /** Broken properties, in words; none is right. */
  async check(): Promise<readonly string[]> {
    const now = this.year.world.clock.time;
    const rows = await this.rows();
    const fresh = rows.filter(({ id }) => !this.seen.has(id));
    for (const { id } of fresh) this.seen.add(id);
    // People and live metrics came before the clock moved, decisions after, and deadlines of runs after those.
    this.turn(rows.filter(({ ended_at: ended }) => ended !== null && ended < now));
    const made = fresh.flatMap((run) => this.made(run, rows, now));
    this.turn(rows);
    const broken = [
      ...this.together(rows),
      ...made,
      ...rows.flatMap((run) => this.sent(run, now)),
      ...(await this.turned()),
      ...(await this.forgotten(now)),
      ...[...this.year.ci.pipelines].flatMap(([id, all]) => (all.length > 1 ? [`${id} ran twice`] : [])),
    ];
    return broken;
  }

  private async rows(): Promise<readonly Row[]> {
    const since = new Date(this.year.world.clock.time.getTime() - 60 * DAY);
    const { rows } = await sql<Row>`
      select id, model, state, reason, incident_id, created_at, sent_at, ended_at, next_check_at, rolls_back, concurrency_group,
        approvals, coalesce(cost_reported, cost_reserved) as cost,
        request->'reason'->>'kind' as kind, request->'reason'->>'requestedBy' as requester,
        array(select e->>'rule' from jsonb_array_elements(request->'evidence') e) as rules
      from runs where created_at > ${since} order by created_at, id`.execute(this.year.world.database.db);
    return rows;
  }

  /** One active run per model, and no more per group than its places. */
  private together(rows: readonly Row[]): readonly string[] {
    const active = rows.filter(({ ended_at: ended }) => ended === null);
    const models = active.map(({ model }) => model);
    const inGroup = active.filter(
      (run) => run.concurrency_group === 'gpu' && HOLDS_PLACE.includes(run.state),
    );
    return [
      ...(new Set(models).size < models.length ? [`two active runs: ${models.join(', ')}`] : []),
      ...(inGroup.length > 1 ? [`group over its limit: ${inGroup.map(({ id }) => id).join(', ')}`] : []),
    ];
  }

  /** A run that is new: everything that should have kept it from being made. */
  private made(run: Row, rows: readonly Row[], now: Date): readonly string[] {
    if (run.rolls_back !== null) return [];
    const { model } = run;
    const policy = this.policies.get(model)!;
    const start = run.created_at.getTime();
    const window = rows.filter(
      (each) => each.model === model && started(each) && startMs(each) > start - policy.budget.perMs,
    );
    const paid = rows.filter(
      (each) =>
        each.model === model &&
        (started(each) || (each.rolls_back !== null && each.sent_at !== null)) &&
        startMs(each) > start - policy.budget.perMs,
    );
    const cost = paid.reduce((sum, each) => sum + (each.cost ?? 0), 0);
    const breaker = this.breakers.get(model) ?? CLOSED;
    const ended = this.lastEnd.get(model);
    const pause = Math.min(policy.cooldownMs * 2 ** breaker.failures, Math.max(policy.cooldownMs, 7 * DAY));
    const reset = this.year.resets.get(model)?.getTime() ?? -Infinity;
    const attempts = rows.filter(
      (each) => each.incident_id === run.incident_id && started(each) && each.created_at.getTime() > reset,
    ).length;
    const alone = run.state !== 'awaiting_approval';
    const [requested, scheduled] = [run.kind.startsWith('request'), run.kind.startsWith('schedule')];
    const blocking = model === 'risk' ? ['Stale'] : ['Errors', 'Stale'];
    const silenced = [...this.year.firing].some(
      (key) => key.startsWith(`${model} `) && (this.year.silenced.get(key)?.getTime() ?? 0) > now.getTime(),
    );
    const wrong: readonly (readonly [boolean, string])[] = [
      [policy.mode === 'disabled', 'mode is disabled'],
      [policy.mode === 'suggest' && !requested, 'mode is suggest'],
      [window.length > policy.budget.runs, `${window.length} runs in the period`],
      [policy.budget.cost !== undefined && cost > policy.budget.cost, `cost ${cost} in the period`],
      [this.inBlackout(model, run.created_at), 'in a blackout'],
      [breaker.state === 'open', 'the breaker is open'],
      [breaker.state === 'half_open' && alone, 'the breaker is half open and nobody asked'],
      [ended !== undefined && start < ended + pause, 'in the cooldown'],
      [attempts > policy.attempts, `attempt ${attempts}`],
      [blocking.some((name) => this.year.firing.has(`${model} ${name}`)), 'blocked'],
      [alone && silenced && !requested, 'silenced'],
      [model === 'risk' && this.year.labels < 500, `${this.year.labels} labels`],
      [
        alone && !requested && !scheduled && !run.rules.some((rule) => PROVEN.includes(rule)),
        `on ${run.rules.join(', ')} alone`,
      ],
    ];
    return wrong.filter(([is]) => is).map(([, why]) => `${run.id} of ${model} was made: ${why}`);
  }

  /** A run that left, whenever that was. */
  private sent(run: Row, now: Date): readonly string[] {
    const wrong: (readonly [boolean, string])[] = [
      [run.ended_at === null && run.next_check_at === null, 'nobody will look at it again'],
      [run.ended_at === null && now.getTime() - run.created_at.getTime() > 16 * DAY, 'it never ends'],
    ];
    if (run.sent_at !== null) {
      const needed = run.model === 'fraud' ? 2 : run.model === 'spam' || run.rolls_back !== null ? 1 : 0;
      const people = new Set((run.approvals ?? []).map(({ by }) => by));
      const strangers = run.model === 'fraud' && people.has('eve');
      const proven = run.rules.some((rule) => PROVEN.includes(rule));
      wrong.push(
        [people.size < needed, `sent with ${people.size} of ${needed} approvals`],
        [run.rolls_back === null && people.has(run.requester), 'approved by whoever asked'],
        [strangers, 'approved by somebody who may not'],
        [
          people.size === 0 && !proven && !/^(schedule|request)/.test(run.kind),
          `sent on ${run.rules.join(', ')} alone`,
        ],
        [run.rolls_back === null && this.inBlackout(run.model, run.sent_at), 'sent in a blackout'],
      );
    }
    return wrong.filter(([is]) => is).map(([, why]) => `${run.id} of ${run.model} (${run.state}): ${why}`);
  }

  /** Follows the breakers: they open by failures alone, and close by a verified run or a person. */
  private turn(rows: readonly Row[]): void {
    for (const [model, at] of this.year.resets) {
      if (at.getTime() <= (this.lastReset.get(model) ?? -Infinity)) continue;
      this.lastReset.set(model, at.getTime());
      this.follow(model, { state: 'closed', failures: 0 });
    }
    const over = rows
      .filter((run) => run.ended_at !== null && !this.ended.has(run.id))
      .toSorted((one, other) => one.ended_at!.getTime() - other.ended_at!.getTime());
    for (const { id, model, ended_at: ended, rolls_back: back, state, reason } of over) {
      this.ended.add(id);
      this.lastEnd.set(model, ended!.getTime());
      const before = this.breakers.get(model) ?? CLOSED;
      const forgotten = ended!.getTime() <= (this.lastReset.get(model) ?? -Infinity);
      // A run that a person wanted stopped says nothing of the training.
      const unwanted = state === 'lost' && reason === 'cancel_requested';
      this.follow(model, back === null && !forgotten && !unwanted ? turn(before, state) : before);
    }
  }

  private follow(model: string, breaker: Breaker): void {
    this.breakers.set(model, breaker);
    this.touched.add(model);
  }

  /** The service must see the breakers the same. */
  private async turned(): Promise<readonly string[]> {
    const { clock, database, stores } = this.year.world;
    const broken: string[] = [];
    for (const model of this.touched) {
      const past = await pastRuns(model, new Date(clock.time.getTime() - 90 * DAY), database.db);
      const is = circuitOf(past, await stores.runs.circuitResetAt(model, database.db));
      const due = this.breakers.get(model) ?? CLOSED;
      if (is.state !== due.state || is.failures !== due.failures)
        broken.push(
          `breaker of ${model} is ${is.state} after ${is.failures}, due ${due.state} after ${due.failures}`,
        );
    }
    this.touched.clear();
    return broken;
  }

  /** Incidents that nobody will look at, and alerts that no incident holds. */
  private async forgotten(now: Date): Promise<readonly string[]> {
    const { db } = this.year.world.database;
    const late = new Date(now.getTime() + MINUTE);
    const { rows: incidents } = await sql<{ id: string }>`
      select id from incidents where closed_at is null and (next_check_at is null or next_check_at > ${late})`.execute(
      db,
    );
    const { rows: alerts } = await sql<{ id: string }>`
      select labels->>'model_name' || ' ' || (labels->>'alertname') as id from alerts a
      where state = 'firing' and source <> 'retraining' and not exists (
        select 1 from incident_alerts h join incidents i on i.id = h.incident_id
        where h.fingerprint = a.fingerprint and h.resolved_at is null
          and (i.closed_at is null or (i.close_reason = 'run_verified' and i.model_version <> '')))`.execute(
      db,
    );
    return [
      ...incidents.map(({ id }) => `incident ${id} is forgotten`),
      ...alerts.map(({ id }) => `no incident holds ${id}`),
    ];
  }

  private inBlackout(model: string, at: Date): boolean {
    return model === 'ads' && ['Sat', 'Sun'].includes(weekdayInBerlin.format(at));
  }
}
