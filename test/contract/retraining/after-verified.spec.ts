import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate } from '../../../src/platform/migrate.client.js';
import { startPostgres } from '../../support/postgres.js';
import { HOUR, MINUTE, PolicyWorld } from './policy-world.js';

describe('what still fires when a run was verified', () => {
  let world: PolicyWorld;
  beforeAll(async () => {
    const { address } = await startPostgres();
    await migrate(address);
    world = new PolicyWorld(address);
  }, 60_000);
  afterAll(async () => world.close());
  beforeEach(async () => {
    await world.begin([{ cooldown: '1h', trigger: { any: ['Accuracy'] } }]);
  });

  const incidents = async (): Promise<readonly object[]> => {
    const { rows } = await sql<object>`
      select i.model_version as version, i.close_reason as closed, array_agg(a.alertname order by a.alertname) as alerts
      from incidents i join incident_alerts a on a.incident_id = i.id and a.resolved_at is null
      group by i.id order by i.opened_at, i.id`.execute(world.database.db);
    return rows;
  };
  const verified = async (version: string): Promise<void> => {
    await world.fire('Accuracy', 'iris', version);
    await world.fire('Custom', 'iris', version);
    await world.pass(0);
    await world.resolve('Custom', 'iris', version);
    await world.pass(MINUTE);
    await world.end('verified');
    await world.pass(MINUTE);
  };

  it('belongs to an incident that is new, where its alert names no version', async () => {
    await verified('');
    expect(await incidents()).toEqual([
      { version: '', closed: 'run_verified', alerts: ['Accuracy'] },
      { version: '', closed: null, alerts: ['Accuracy'] },
    ]);
    await world.pass(30 * MINUTE);
    expect(await world.last()).toBe('hold: cooldown');
    await world.pass(HOUR);
    expect(await world.last()).toBe('dispatch: policy_mode');
  });

  it('counts from the proof on: what fired before was about the version before', async () => {
    await world.begin([{ cooldown: '0s', trigger: { any: ['Accuracy'], sustained: '1h' } }]);
    await world.fire('Accuracy', 'iris', '');
    await world.pass(HOUR);
    await world.end('verified');
    await world.pass(MINUTE);
    await world.pass(30 * MINUTE);
    expect(await world.last()).toBe('hold: not_sustained');
    await world.pass(HOUR);
    expect(await world.last()).toBe('dispatch: policy_mode');
  });

  it('closes that one too when it ends', async () => {
    await verified('');
    await world.resolve('Accuracy', 'iris', '');
    await world.pass(MINUTE);
    await world.pass(10 * MINUTE);
    const { rows } = await sql`select 1 from incidents where closed_at is null`.execute(world.database.db);
    expect(rows).toEqual([]);
  });

  it('is of no interest any more, where its alert names the version that was replaced', async () => {
    await verified('7');
    expect(await incidents()).toEqual([{ version: '7', closed: 'run_verified', alerts: ['Accuracy'] }]);
  });
});
