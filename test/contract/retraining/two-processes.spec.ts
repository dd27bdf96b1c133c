import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { DatabaseAddress } from '../../../src/platform/database.client.js';
import { migrate } from '../../../src/platform/migrate.client.js';
import { startPostgres } from '../../support/postgres.js';
import { Chance } from './chance.js';
import { FaultyCi } from './faulty-ci.js';
import { HOUR, MINUTE, PolicyWorld } from './policy-world.js';

/** Another history: PROCESSES_SEED=7 */
const SEED = Number(process.env['PROCESSES_SEED'] ?? 1);
const ROUNDS = 40;
const MODELS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
/** Most runs of one model in 20 hours, and most of all models of the group at a time. */
const [BUDGET, PLACES] = [2, 2];

const policies = MODELS.map((model) => ({
  name: model,
  model,
  trigger: { any: ['Accuracy'] },
  cooldown: '0s',
  attempts: 9,
  budget: { runs: BUDGET, per: '20h' },
  concurrency: { group: 'gpu', limit: PLACES },
}));

/** Two whole instances of the service's retraining, each with connections of its own, at the same moment on the same rows. */
describe(`two processes on one database, seed ${SEED}`, () => {
  let address: DatabaseAddress;
  let [one, other]: [PolicyWorld, PolicyWorld] = [] as never;
  let ci: FaultyCi;
  const chance = new Chance(SEED);

  beforeAll(async () => {
    ({ address } = await startPostgres());
    await migrate(address);
    ci = new FaultyCi(
      () => chance,
      'searchable',
      () => one.clock.time,
    );
    ci.trouble = () => 'none';
    ci.lagMs = () => 0;
    [one, other] = [new PolicyWorld(address, ci.provider), new PolicyWorld(address, ci.provider)];
    await one.begin(policies);
    await other.begin(policies);
  }, 60_000);
  afterAll(async () => {
    await one.close();
    await other.close();
  });

  const count = async (query: ReturnType<typeof sql<{ n: string; most: string }>>) => {
    const { rows } = await query.execute(one.database.db);
    return Number(rows[0]?.most ?? 0);
  };
  const both = async (work: (world: PolicyWorld) => Promise<unknown>): Promise<void> => {
    await Promise.all([one, other].map(async (world) => work(world)));
  };

  it('keep one active run per model, the budget and the group, and send each run once', async () => {
    let full = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const where = `seed ${SEED}, round ${round}`;
      for (const model of MODELS) {
        if (chance.one(2)) await one.fire('Accuracy', model);
        else if (chance.one(3)) await one.resolve('Accuracy', model);
      }
      ci.next = Array.from({ length: 12 }, () => chance.pick({ taken: 4, answer_lost: 1, request_lost: 1 }));
      const ms = chance.of([0, 2000, MINUTE, 2 * MINUTE, HOUR, 8 * HOUR]);
      await both((world) => world.pass(ms));
      await both((world) => world.tick(0));
      const ask = (world: PolicyWorld) => {
        const policy = world.book.policy(chance.of(MODELS));
        return policy ? world.asked.ask(policy, { kind: 'person', name: 'jane' }) : Promise.resolve();
      };
      await both(ask);

      const active = await count(sql`
        select coalesce(max(n), 0) as most from (select count(*) as n from runs where ended_at is null group by model) a`);
      expect({ where, active: active <= 1 }).toEqual({ where, active: true });
      const places = await count(sql`
        select count(*) as most from runs where ended_at is null and concurrency_group = 'gpu'
          and state in ('awaiting_approval', 'queued', 'triggering', 'ambiguous', 'dispatched', 'running')`);
      if (places === PLACES) full += 1;
      expect({ where, places: places <= PLACES }).toEqual({ where, places: true });
      const spent = await count(sql`
        select coalesce(max(n), 0) as most from (
          select count(*) as n from runs r join runs s on s.model = r.model
            and s.created_at <= r.created_at and s.created_at > r.created_at - interval '20 hours'
            group by r.id) a`);
      expect({ where, spent: spent <= BUDGET }).toEqual({ where, spent: true });
      const twice = [...new Set(ci.runs.map(({ of }) => of))].filter((id) => ci.of(id).length > 1);
      expect({ where, twice }).toEqual({ where, twice: [] });

      for (const run of await one.active()) {
        if (chance.one(3)) continue;
        if (run.state === 'ambiguous')
          await one.apply({ type: 'confirmed', by: 'joe', outcome: 'ran' }, run.id);
        if (run.state !== 'queued') await one.end('verified', run.id);
      }
    }
    // Limits that are never reached prove nothing.
    expect(full).toBeGreaterThan(5);
    expect(ci.runs.length).toBeGreaterThan(10);
  }, 120_000);

  it('never hold the same run at once, and one that dies leaves it to the other', async () => {
    // Beyond every budget; what the history before left behind may have ended by then.
    await both((world) => world.pass(24 * HOUR));
    const policy = one.book.policy('a');
    if (policy && (await one.active()).length === 0)
      await one.asked.ask(policy, { kind: 'person', name: 'jane' });
    const [run] = await one.active();
    const id = run?.id ?? '';
    expect(id).not.toBe('');
    for (let round = 0; round < 30; round += 1) {
      const now = new Date(one.clock.time.getTime() + round * 2 * MINUTE);
      const until = new Date(now.getTime() + MINUTE);
      const claims = await Promise.all(
        [one, other, one, other].map(async (world) =>
          world.stores.runs.claim(id, now, until, world.database.db),
        ),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      if (round % 2 === 0) await one.stores.runs.release(id, until, one.database.db);
    }
  });
});
