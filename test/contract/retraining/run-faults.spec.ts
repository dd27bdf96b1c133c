import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../../src/platform/migrate.client.js';
import { startPostgres } from '../../support/postgres.js';
import { Chance } from './chance.js';
import { findBroken } from './fault-oracle.js';
import { FaultWorld } from './fault-world.js';
import { HOUR, MINUTE, SECOND } from './policy-world.js';

/** A hundred fit into a minute of a busy machine; all 500: FAULT_RUNS=500 npm test -- test/contract/retraining/run-faults */
const RUNS = Number(process.env['FAULT_RUNS'] ?? 100);
/** Another history: FAULT_SEED=7 */
const SEED = Number(process.env['FAULT_SEED'] ?? 1);

describe(`${RUNS} runs whose triggers meet every fault, seed ${SEED}`, () => {
  let faults: FaultWorld;
  beforeAll(async () => {
    const { address } = await startPostgres();
    await migrate(address);
    faults = new FaultWorld(address, SEED);
    // Processes die here, the database does not, and there are many commits.
    await sql`alter system set synchronous_commit = off`.execute(faults.world.database.db);
    await sql`select pg_reload_conf()`.execute(faults.world.database.db);
  }, 60_000);
  afterAll(async () => faults.close());

  it('are never in the CI system twice for long, never sent again blindly, and none is forgotten', async () => {
    const runs = await faults.begin(RUNS);
    faults.deaths = 80;
    const chance = new Chance(SEED);
    const people = new Map<string, number>();
    const start = faults.world.clock.time.getTime();
    const age = (): number => faults.world.clock.time.getTime() - start;
    while (age() < 15 * HOUR) {
      const step =
        age() < 12 * MINUTE ? 5 + chance.below(15) : age() < 3 * HOUR ? 90 + chance.below(120) : 1800;
      await faults.pass(step * SECOND);
      await faults.look(runs, people);
    }
    faults.deaths = Infinity;
    for (const ci of Object.values(faults.cis)) ci.trouble = () => 'none';
    for (let times = 0; times < 12; times += 1) await faults.pass(HOUR);

    const broken = await findBroken(faults, people);
    if (broken.length > 0) throw new Error(`seed ${SEED}, ${broken.length} broken:\n${broken.join('\n')}`);
    // Without trouble nothing would be proved: each fate, and each way out of it, has to have come up.
    const { rows } = await sql<{ state: string; twice: string }>`
      select state, count(*) filter (where dismissed is not null)::text as twice from runs group by state`.execute(
      faults.world.database.db,
    );
    const fates = new Set(Object.values(faults.cis).flatMap((ci) => [...ci.fates.keys()]));
    if (RUNS >= 100) {
      expect(fates.size).toBe(13);
      expect(rows.map(({ state }) => state)).toEqual(
        expect.arrayContaining(['cancelled', 'failed', 'lost', 'timed_out', 'unverifiable']),
      );
      expect(rows.reduce((sum, { twice }) => sum + Number(twice), 0)).toBeGreaterThan(0);
    }
  }, 900_000);
});
