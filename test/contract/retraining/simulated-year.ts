import { randomUUID } from 'node:crypto';
import type { DatabaseAddress } from '../../../src/platform/database.client.js';
import type { Run } from '../../../src/retraining/run.js';
import { saveSilence } from '../../../src/routing/save-silence.js';
import { Chance } from './chance.js';
import { DAY, HOUR, MINUTE, PolicyWorld } from './policy-world.js';
import { RandomCi } from './random-ci.js';

const gpu = { concurrency: { group: 'gpu', limit: 1 } };

/** Models that differ in what their policies ask. */
export const POLICIES = [
  { model: 'iris', mode: 'auto', cooldown: '12h', budget: { runs: 2, per: '25d' }, attempts: 3, ...gpu },
  { model: 'churn', cooldown: '6h', budget: { runs: 9, cost: 25, per: '25d' }, cost_per_run: 10, ...gpu },
  {
    model: 'fraud',
    mode: 'approve',
    cooldown: '6h',
    budget: { runs: 6, per: '20d' },
    approval: { by: ['ann', 'bob', 'cid'], count: 2 },
    on_regressed: { rollback: 'rollback' },
  },
  {
    model: 'ads',
    schedule: { cron: '30 12 * * TUE,SAT' },
    cooldown: '6h',
    budget: { runs: 3, per: '20d' },
    blackout: [{ weekdays: ['saturday', 'sunday'], location: 'Europe/Berlin' }],
    concurrency: { on_conflict: 'coalesce' },
    on_regressed: { rollback: 'rollback' },
  },
  {
    model: 'risk',
    trigger: { any: ['Accuracy', { all: ['Drift', 'Predictions'] }], sustained: '2h' },
    block_when: ['Stale'],
    require: { new_labels: 500 },
  },
  { model: 'spam', mode: 'suggest', schedule: { cron: '0 3 * * SUN', location: 'Europe/Berlin' } },
  { model: 'dull', mode: 'disabled' },
].map((policy) => ({ name: policy.model, ...policy }));

const ALERTS = {
  Accuracy: 30,
  Drift: 20,
  Predictions: 20,
  Gauge: 10,
  Errors: 3,
  Stale: 3,
  Slow: 4,
  Custom: 4,
};
/** Steps, and how often each is taken: mostly hours, so that deadlines of all lengths are met early and late. */
const STEPS = {
  [MINUTE]: 3,
  [10 * MINUTE]: 6,
  [HOUR]: 11,
  [3 * HOUR]: 15,
  [8 * HOUR]: 30,
  [DAY]: 35,
};

/** A year of seven models: trouble, people, a CI system with bad days, and what the test knows of them by itself. */
export class SimulatedYear {
  readonly world: PolicyWorld;
  readonly ci: RandomCi;
  /** What fires, `model alertname`, and what is silenced, with the end of the silence. */
  readonly firing = new Set<string>();
  readonly silenced = new Map<string, Date>();
  /** When a person last reset a model's circuit. */
  readonly resets = new Map<string, Date>();
  /** Labelled predictions that Prometheus would count for any model. */
  labels = 1000;
  private readonly chance: Chance;

  constructor(address: DatabaseAddress, seed: number) {
    this.chance = new Chance(seed);
    this.ci = new RandomCi(this.chance);
    this.world = new PolicyWorld(address, this.ci.provider);
  }

  /** Something happens, time goes by, and the service looks at what is due. */
  async step(): Promise<void> {
    for (let event = this.chance.below(4); event > 0; event -= 1) await this.happen();
    for (const run of await this.world.active()) await this.look(run);
    await this.world.tick(Number(this.chance.pick(STEPS)));
    if (this.chance.one(25)) await this.ask();
  }

  private async happen(): Promise<void> {
    const { chance, world } = this;
    const { model } = chance.of(POLICIES);
    const name = chance.pick(ALERTS);
    const key = `${model} ${name}`;
    switch (chance.pick({ alert: 60, silence: 9, labels: 6, prometheus: 4, reset: 7, calm: 16 })) {
      case 'alert':
        if (this.firing.delete(key)) return world.resolve(name, model);
        this.firing.add(key);
        return world.fire(name, model);
      case 'silence':
        return this.silence(model, name, key);
      case 'labels':
        this.labels = chance.below(1000);
        world.meter.labels = { kind: 'counted', count: this.labels, since: '' };
        return;
      case 'prometheus':
        world.meter.measured = chance.one(3)
          ? undefined
          : {
              versions: [{ version: '7', correct: 880, total: 1000, traffic: 1 }],
              at: world.clock.time,
            };
        return;
      case 'reset':
        this.resets.set(model, world.clock.time);
        return world.recorder.resetCircuit(model, 'ann');
      case 'calm':
        for (const firing of [...this.firing].filter((each) => each.startsWith(`${model} `))) {
          this.firing.delete(firing);
          await world.resolve(firing.split(' ')[1]!, model);
        }
    }
  }

  /** A person asks for a run. */
  private async ask(): Promise<void> {
    const { chance, world } = this;
    const [policy] = world.book.forModel(chance.of(POLICIES).model);
    const name = chance.of(['ann', 'bob', 'cid', 'eve']);
    if (policy) await world.asked.ask(policy, { kind: 'person', name });
  }

  private async silence(model: string, alertname: string, key: string): Promise<void> {
    const now = this.world.clock.time;
    const endsAt = new Date(now.getTime() + this.chance.below(5 * DAY) + MINUTE);
    const matchers = Object.entries({ model_name: model, alertname }).map(([name, value]) => ({
      name,
      value,
      isRegex: false,
      isEqual: true,
    }));
    const silence = { matchers, startsAt: now, endsAt, createdBy: 'ann', comment: 'year', annotations: {} };
    const saved = saveSilence(silence, undefined, now, randomUUID());
    if (!saved.ok) throw new Error(saved.error.message);
    await this.world.silences.save(saved.silence, this.world.database.db);
    const known = this.silenced.get(key);
    if (!known || known < endsAt) this.silenced.set(key, endsAt);
  }

  /** People and live metrics, where a run waits for them. */
  private async look({ id, state, reason }: Run): Promise<void> {
    const { chance, world } = this;
    const by = chance.of(['ann', 'bob', 'cid', 'eve']);
    if (chance.one(40)) await world.apply({ type: 'cancel_requested', by }, id);
    if (state === 'awaiting_approval') {
      if (chance.one(12)) await world.apply({ type: 'rejected', by }, id);
      else if (!chance.one(3)) await world.apply({ type: 'approved', by }, id);
    } else if (state === 'ambiguous' && reason === 'ask_person' && chance.one(3)) {
      const outcome = this.ci.pipelines.has(id) ? 'ran' : 'did_not_run';
      await world.apply({ type: 'confirmed', by, outcome }, id);
    } else if (state === 'succeeded' && chance.one(2)) {
      await world.apply({ type: 'cost_reported', cost: 2 + chance.below(20) }, id);
      await world.apply({ type: 'version_seen', version: '8' }, id);
      await world.apply({ type: 'version_seen', version: '7' }, id);
    } else if (state === 'soaking' && chance.one(2)) {
      const result = chance.pick({ verified: 50, not_improved: 12, regressed: 13, unverifiable: 25 });
      const at = world.clock.time.toISOString();
      await world.apply({ type: 'judged', verification: { result, reason: 'better_than_baseline', at } }, id);
    }
  }
}
