import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { IntakeStore } from '../../../src/intake/intake.store.js';
import type { PostedAlert } from '../../../src/intake/posted-alert.js';
import { at, NotificationWorld } from '../notifications/notification-world.js';

const posted = (over: Partial<PostedAlert> = {}): PostedAlert => ({
  labels: { alertname: 'Low', model_name: 'iris' },
  annotations: { summary: 'too low' },
  startsAt: at(0),
  endsAt: at(240),
  endAssumed: false,
  ...over,
});

describe('alerts that are posted again', () => {
  let [world, intake]: [NotificationWorld, IntakeStore] = [] as never;

  /** As one more process has it: nothing known. */
  const another = (): IntakeStore => new IntakeStore(world.platform(), world.alerts, world.journal);
  const post = (alert: PostedAlert, by = intake): ReturnType<IntakeStore['accept']> =>
    by.accept([alert], [], world.clock.now());
  const stored = async (): Promise<unknown> => {
    const { rows } =
      await sql`select state, ends_at, annotations ->> 'summary' as summary from alerts`.execute(
        world.database.db,
      );
    return rows;
  };
  const transitions = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{ reason: string }>`select reason from transitions order by id`.execute(
      world.database.db,
    );
    return rows.map(({ reason }) => reason);
  };

  beforeAll(async () => {
    world = await NotificationWorld.start();
  }, 60_000);

  beforeEach(async () => {
    await world.reset();
    intake = another();
    await post(posted());
    world.clock.time = at(60);
  });

  it('unchanged are answered before their new end is stored, and it is stored then', async () => {
    await post(posted({ endsAt: at(300) }));
    const before = { state: 'firing', ends_at: at(240), summary: 'too low' };
    expect(await stored()).toEqual([before]);
    await intake.storeRepetitions();
    expect([await stored(), await transitions()]).toEqual([[{ ...before, ends_at: at(300) }], ['received']]);
  });

  it('with another text are stored before they are answered, and take with them what had not been stored', async () => {
    await post(posted({ endsAt: at(300) }));
    await post(posted({ endsAt: at(301), annotations: { summary: 'lower' } }));
    const after = [{ state: 'firing', ends_at: at(301), summary: 'lower' }];
    expect(await stored()).toEqual(after);
    await intake.storeRepetitions();
    expect(await stored()).toEqual(after);
  });

  it('after another process was told that they are over fire anew', async () => {
    world.clock.time = at(90);
    await post(posted({ endsAt: at(90) }), another());
    expect(await transitions()).toEqual(['received', 'received_resolved']);
    // This one still takes it for the old firing period.
    await post(posted({ startsAt: at(0), endsAt: at(330) }));
    await intake.storeRepetitions();
    expect(await transitions()).toEqual(['received', 'received_resolved', 'received']);
    expect(await stored()).toMatchObject([{ state: 'firing', ends_at: at(330) }]);
  });

  it('never end sooner because an older copy is stored later', async () => {
    const other = another();
    await post(posted({ endsAt: at(300) }), other);
    await post(posted({ endsAt: at(300) }));
    await post(posted({ endsAt: at(310) }), other);
    await other.storeRepetitions();
    await intake.storeRepetitions();
    expect(await stored()).toMatchObject([{ ends_at: at(310) }]);
  });

  it('are not lost when the database is away for a moment', async () => {
    await post(posted({ endsAt: at(300) }));
    await sql`alter table alerts rename to gone`.execute(world.database.db);
    await expect(intake.storeRepetitions()).rejects.toThrow('does not exist');
    await sql`alter table gone rename to alerts`.execute(world.database.db);
    await intake.storeRepetitions();
    expect(await stored()).toMatchObject([{ ends_at: at(300) }]);
  });

  it('in many batches at once begin one firing period each', async () => {
    const of = (model_name: string) => posted({ labels: { alertname: 'Low', model_name } });
    const report = await Promise.all(
      Array.from({ length: 20 }, (_, n) => post(of(`m${n % 3}`), n % 2 ? intake : another())),
    );
    expect(report.map(({ invalid }) => invalid.length)).toEqual(Array(20).fill(0));
    expect(await transitions()).toEqual(Array(4).fill('received'));
    const { rows } =
      await sql`select count(*) as n, count(distinct fingerprint) as kinds from journal`.execute(
        world.database.db,
      );
    expect(rows).toEqual([{ n: 4, kinds: 4 }]);
  });
});
