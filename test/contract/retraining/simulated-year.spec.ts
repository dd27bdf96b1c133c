import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../../src/platform/migrate.client.js';
import { startPostgres } from '../../support/postgres.js';
import { DAY, NOON } from './policy-world.js';
import { POLICIES, SimulatedYear } from './simulated-year.js';
import { YearProperties } from './year-properties.js';

/** Another year: RETUNE_TEST_YEAR=2 npm test -- test/contract/retraining/simulated-year */
const SEED = Number(process.env['RETUNE_TEST_YEAR'] ?? 1);

const ENDS = ['verified', 'regressed', 'unverifiable', 'failed', 'timed_out', 'rejected', 'expired'];
const REASONS = [
  'disabled',
  'not_triggered',
  'blocked',
  'new_labels',
  'active_run',
  'coalesced',
  'group_full',
  'circuit_open',
  'cooldown',
  'budget',
  'cost',
  'blackout',
  'policy_mode',
  'drift_alone',
  'unproven_accuracy',
  'last_run_unverifiable',
];

describe('a year of incidents', () => {
  let year: SimulatedYear;
  beforeAll(async () => {
    const { address } = await startPostgres();
    await migrate(address);
    year = new SimulatedYear(address, SEED);
    // Nothing crashes here, and a year has many commits.
    await sql`alter system set synchronous_commit = off`.execute(year.world.database.db);
    await sql`select pg_reload_conf()`.execute(year.world.database.db);
  }, 60_000);
  afterAll(async () => {
    await year.world.close();
  });

  it('keeps every promise after every step', async () => {
    const { world } = year;
    const policies = await world.begin(POLICIES);
    const properties = new YearProperties(year, new Map(policies.map((policy) => [policy.model, policy])));
    world.meter.labels = { kind: 'counted', count: year.labels, since: '' };
    const end = NOON.getTime() + 365 * DAY;
    let steps = 0;
    while (world.clock.time.getTime() < end) {
      await year.step();
      steps += 1;
      const broken = await properties.check();
      if (broken.length > 0)
        throw new Error(
          `year ${SEED}, step ${steps}, ${world.clock.time.toISOString()}:\n${broken.join('\n')}`,
        );
    }
    // A quiet year would prove nothing: ends and reasons to hold back have to have come up.
    const { rows: ends } = await sql<{ state: string }>`select distinct state from runs`.execute(
      world.database.db,
    );
    const { rows: reasons } = await sql<{ reason: string }>`
      select distinct reason from retraining_decisions`.execute(world.database.db);
    expect(ends.map(({ state }) => state)).toEqual(expect.arrayContaining(ENDS));
    expect(reasons.map(({ reason }) => reason)).toEqual(expect.arrayContaining(REASONS));
  }, 400_000);
});
