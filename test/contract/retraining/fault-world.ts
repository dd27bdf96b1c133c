import { sql } from 'kysely';
import type { DatabaseAddress } from '../../../src/platform/database.client.js';
import type { CiProvider } from '../../../src/retraining/ci/ci-provider.js';
import { circuitOf } from '../../../src/retraining/circuit.js';
import { pastRuns } from '../../../src/retraining/past-runs.store.js';
import { RetrainingWorker, type RunClients } from '../../../src/retraining/retraining.worker.js';
import type { RunRecorder } from '../../../src/retraining/run-recorder.store.js';
import type { Run } from '../../../src/retraining/run.js';
import { Chance } from './chance.js';
import { DEAD, FaultyCi } from './faulty-ci.js';
import { MINUTE, PolicyWorld } from './policy-world.js';

const KINDS = ['searchable', 'native', 'none'] as const;

/**
 * Runs on three CI systems with bad networks, one of each kind of idempotency, led by workers of which any may die at any step. Each
 * run has a model and a chance of its own, so that what befalls it repeats with the seed whatever the others do.
 */
export class FaultWorld {
  readonly world: PolicyWorld;
  readonly cis: Readonly<Record<(typeof KINDS)[number], FaultyCi>>;
  /** Deaths between two statements of a worker, at most this often: one in so many; none unless set. */
  deaths = Infinity;
  /** Every due run is offered to two workers at once. */
  twice = true;
  private readonly stopped = new Set<string>();
  private readonly chances = new Map<string, Chance>();
  private readonly leaving = new Map<string, (() => void)[]>();
  /** Steps of processes that died, or that wait for an answer nobody believes in any more. */
  private readonly left = new Map<string, readonly Promise<unknown>[]>();
  private readonly worker: RetrainingWorker;

  constructor(
    address: DatabaseAddress,
    readonly seed: number,
  ) {
    this.world = new PolicyWorld(address);
    const ci = (kind: CiProvider['idempotency']): FaultyCi =>
      new FaultyCi(
        (id) => this.chanceOf(id),
        kind,
        () => this.world.clock.time,
        (id) => this.leave(id),
      );
    this.cis = { searchable: ci('searchable'), native: ci('native'), none: ci('none') };
    const { platform, book, meter, recorder } = this.world;
    const clients = { http: {}, meter, tokens: { callbackOf: async () => ({}) } } as unknown as RunClients;
    const queue = { work: () => undefined } as never;
    this.worker = new RetrainingWorker(platform, queue, this.mortal(recorder), book, clients);
  }

  /** One run for each of so many models, asked for by a person; every fifth of each kind on the CI that cannot be searched. */
  async begin(
    count: number,
    kindOf = (index: number): (typeof KINDS)[number] =>
      (['none', 'native'] as const)[4 - (index % 5)] ?? 'searchable',
  ) {
    const names = Array.from({ length: count }, (_, index) => `m${index}`);
    const times = { start_within: '30m', finish_within: '1h', verify: { new_version_within: '10m' } };
    const policies = await this.world.begin(
      names.map((model, index) => ({ name: model, model, run: kindOf(index), ...times })),
    );
    const targets = KINDS.map((name) => ({ name, provider: this.cis[name].provider, config: {} }));
    this.world.book.replace(policies, targets, 'http://retune.example');
    const runs: Run[] = [];
    for (const [index, policy] of policies.entries()) {
      const asked = await this.world.asked.ask(policy, { kind: 'person', name: 'jane' });
      if (asked.kind !== 'decided' || !asked.run)
        throw new Error(`no run was made: ${JSON.stringify(asked)}`);
      this.chances.set(asked.run.id, new Chance(this.seed * 10_007 + index));
      runs.push(asked.run);
    }
    return runs;
  }

  /** Lets time go by, and everything happen that is due then. */
  async pass(ms: number): Promise<void> {
    const { clock, stores, database } = this.world;
    clock.time = new Date(clock.time.getTime() + ms);
    const late = Object.values(this.cis).flatMap((ci) => ci.arrive());
    await Promise.all(late.map(async (id) => Promise.race([...(this.left.get(id) ?? []), this.gone(id)])));
    const retryAt = new Date(clock.time.getTime() + MINUTE);
    const due = await stores.runs.claimDue(clock.time, retryAt, 10_000, database.db);
    const queue = due.map(({ id }) => id);
    const lane = async (): Promise<void> => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) await this.advance(id);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }

  /**
   * People: of every tenth run somebody wants the end at some moment, and of every second that is unclear somebody looks into the CI system and
   * says what is there, unless a request is still on its way. `said` remembers when it was that nothing ran.
   */
  async look(runs: readonly Run[], said: Map<string, number>): Promise<void> {
    const now = this.world.clock.time.getTime();
    for (const [index, { id, ci: kind }] of runs.entries()) {
      if (index % 10 === 7 && !this.stopped.has(id) && this.chanceOf(id).one(60)) {
        this.stopped.add(id);
        await this.world.apply({ type: 'cancel_requested', by: 'jane' }, id);
      }
      if (index % 2 === 0 || kind !== 'none' || said.has(id)) continue;
      const run = await this.run(id);
      if (run.state !== 'ambiguous' || run.reason !== 'ask_person' || this.cis.none.underWay(id)) continue;
      const [there] = this.cis.none.of(id);
      if (!there) said.set(id, now);
      const word = there
        ? { outcome: 'ran' as const, ref: { id: there.id } }
        : { outcome: 'did_not_run' as const };
      await this.world.apply({ type: 'confirmed', by: 'joe', ...word }, id);
    }
  }

  /** A run as it is now. */
  async run(id: string): Promise<Run> {
    return (await this.world.stores.runs.get(id, this.world.database.db)) as Run;
  }

  /** Names of our alerts about a model that fire, or ever did. */
  async told(model: string, ever = false): Promise<readonly string[]> {
    const { rows } = await sql<{ name: string }>`
      select labels->>'alertname' as name from alerts where source = 'retraining'
        and labels->>'model_name' = ${model} and (${ever} or state = 'firing') order by 1`.execute(
      this.world.database.db,
    );
    return rows.map(({ name }) => name);
  }

  /** What the circuit breaker of a model has counted. */
  async failures(model: string): Promise<number> {
    return circuitOf(await pastRuns(model, new Date(0), this.world.database.db)).failures;
  }

  /** Chance of one run. */
  chanceOf(id: string): Chance {
    return this.chances.get(id) as Chance;
  }

  async close(): Promise<void> {
    await this.world.close();
  }

  private async advance(id: string): Promise<void> {
    const step = Promise.all(Array.from({ length: this.twice ? 2 : 1 }, async () => this.worker.advance(id)));
    const went = await Promise.race([step.then(() => false), this.gone(id).then(() => true)]);
    if (!went) return;
    const others = this.left.get(id) ?? [];
    this.left.set(id, [...others, step]);
    void step.then(() =>
      this.left.set(
        id,
        (this.left.get(id) ?? []).filter((each) => each !== step),
      ),
    );
  }

  private async gone(id: string): Promise<void> {
    return new Promise((resolve) => this.leaving.set(id, [...(this.leaving.get(id) ?? []), resolve]));
  }

  private leave(id: string): void {
    for (const go of this.leaving.get(id) ?? []) go();
    this.leaving.delete(id);
  }

  /** The recorder of a process that may die right before, or right after what it stores. */
  private mortal(recorder: RunRecorder): RunRecorder {
    const die = async (id: string): Promise<void> => {
      if (this.deaths === Infinity || !this.chanceOf(id).one(this.deaths)) return;
      this.leave(id);
      await DEAD();
    };
    const apply: RunRecorder['apply'] = async (id, event) => {
      await die(id);
      const step = await recorder.apply(id, event);
      await die(id);
      return step;
    };
    return Object.assign(Object.create(recorder) as RunRecorder, { apply });
  }
}
