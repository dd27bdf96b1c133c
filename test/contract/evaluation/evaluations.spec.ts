import { beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Alert } from '../../../src/alerts/alert.js';
import { type Evaluations, startEvaluations } from './evaluations.js';

let e: Evaluations;
let slot = 0;
beforeAll(async () => {
  e = await startEvaluations();
}, 60_000);

const next = (times = 1, ...worker: [ReturnType<Evaluations['process']>?]) =>
  Array.from({ length: times }).reduce<ReturnType<Evaluations['evaluate']>>(
    (before) => before.then(() => e.evaluate(slot++, ...worker)),
    Promise.resolve([]),
  );
const named = async (name: string): Promise<Alert[]> =>
  (await e.open()).filter(({ labels }) => labels['alertname'] === name);
const rowVersions = async (table: string): Promise<readonly string[]> =>
  (
    await sql<{ v: string }>`select xmin::text || ctid::text as v from ${sql.table(table)}`.execute(
      e.database.db,
    )
  ).rows
    .map(({ v }) => v)
    .toSorted();
const UNREACHABLE = { status: 503, body: 'starting' } as const;
const down = {
  groups: [
    { name: 'a', rules: [{ alert: 'A', expr: 'a > 1' }] },
    {
      name: 'b',
      rules: [
        { alert: 'B', expr: 'b > 1' },
        { alert: 'C', expr: 'c > 1' },
      ],
    },
  ],
};

describe('an evaluation that finds nothing new', () => {
  it('writes the place of its group and its line of history, and nothing else', async () => {
    await e.load(down.groups);
    e.series = { 'a > 1': [[{ v: '1' }, 5]], 'b > 1': [], 'c > 1': [] };
    await next(2);
    const before = await Promise.all(['alerts', 'rule_health', 'journal', 'transitions'].map(rowVersions));
    expect(before[0]).toHaveLength(1);
    const reports = await next();
    expect(reports.map(({ stored, changes }) => [stored, changes])).toEqual([
      [true, []],
      [true, []],
    ]);
    expect(await Promise.all(['alerts', 'rule_health', 'journal', 'transitions'].map(rowVersions))).toEqual(
      before,
    );
    const status = (await e.groups.health(e.database.db)).get('test.yml;a;0;A');
    expect(status).toMatchObject({ health: 'ok', series: 1, worst: 5 });
  });

  it('writes an alert whose value changed, and no other', async () => {
    e.series = { ...e.series, 'a > 1': [[{ v: '1' }, 6]] };
    const reports = await next();
    expect(reports.flatMap(({ changes }) => changes.map(({ alert }) => alert.value))).toEqual([6]);
  });
});

describe('the history of a rule', () => {
  it('tells of each slot, newest first, and keeps a hundred', async () => {
    await e.load([{ name: 'h', rules: [{ alert: 'H', expr: 'h > 1' }] }]);
    e.series = { 'h > 1': [[{}, 2]] };
    await next(3);
    e.series = {
      'h > 1': [
        [{ v: 'a' }, 7],
        [{ v: 'b' }, 9],
      ],
    };
    await next();
    e.outage = { status: 400, body: { status: 'error', errorType: 'bad_data', error: 'no such function' } };
    await next();
    e.outage = undefined;
    const entries = await e.standings.history('test.yml;h', 'test.yml;h;0;H', e.database.db);
    expect(entries.map(({ health, series, worst, error }) => [health, series, worst, error])).toEqual([
      ['error', 0, null, 'bad_query: no such function'],
      ['ok', 2, 9, undefined],
      ['ok', 1, 2, undefined],
      ['ok', 1, 2, undefined],
      ['ok', 1, 2, undefined],
    ]);
    expect(entries[0]).toMatchObject({ durationMs: 7, missed: 0 });
    slot += 3;
    await next();
    const history = () => e.standings.history('test.yml;h', 'test.yml;h;0;H', e.database.db);
    expect((await history())[0]?.missed).toBe(3);
    await next(110);
    const full = await history();
    expect(full).toHaveLength(100);
    expect((full[0]?.slot.getTime() ?? 0) - (full[99]?.slot.getTime() ?? 0)).toBe(99 * 10_000);
  }, 30_000);

  it('ends with its group', async () => {
    await e.load([{ name: 'other', rules: [] }]);
    expect(await e.standings.history('test.yml;h', 'test.yml;h;0;H', e.database.db)).toEqual([]);
  });
});

describe('a Prometheus that does not answer', () => {
  beforeAll(async () => {
    e.series = { 'a > 1': [[{ v: '1' }, 5]], 'b > 1': [[{ v: '1' }, 5]] };
    await e.load(down.groups);
    await next();
  });

  it('is one alert after three evaluations of a group, however many rules there are, and every alert stays', async () => {
    const firing = [...(await named('A')), ...(await named('B'))];
    e.outage = UNREACHABLE;
    await next(2);
    expect(await named('RetunePrometheusDown')).toEqual([]);
    await next(3);
    const [alert, ...more] = await named('RetunePrometheusDown');
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      state: 'firing',
      labels: { severity: 'critical' },
      annotations: { description: expect.stringContaining('HTTP 503 without a JSON object') },
    });
    expect(await named('RetuneRuleFailing')).toEqual([]);
    expect([...(await named('A')), ...(await named('B'))]).toEqual(firing);
  });

  it('is told by one transition, also when another process finds the same', async () => {
    await next(4, e.process());
    const { rows } =
      await sql`select * from transitions where labels ->> 'alertname' = 'RetunePrometheusDown'`.execute(
        e.database.db,
      );
    expect(rows).toHaveLength(1);
  });

  it('is over with the first answer', async () => {
    e.outage = undefined;
    await next();
    expect(await named('RetunePrometheusDown')).toEqual([]);
  });

  it('is over for a process that never saw it down, once nobody confirms it any more', async () => {
    e.outage = UNREACHABLE;
    await next(9);
    e.outage = undefined;
    const fresh = e.process();
    await next(1, fresh);
    expect(await named('RetunePrometheusDown')).toHaveLength(1);
    await next(7, fresh);
    expect(await named('RetunePrometheusDown')).toEqual([]);
  });
});

describe('a rule that fails by itself', () => {
  const rules = (retune?: object) => [
    {
      name: 'f',
      rules: [
        { alert: 'Good', expr: 'good > 1' },
        {
          alert: 'Bad',
          expr: 'bad > 1',
          for: '20s',
          labels: { team: 'a', severity: 'critical' },
          ...(retune ? { retune } : {}),
        },
      ],
    },
  ];
  const failing = { 'good > 1': [], 'bad > 1': [[{ v: '1' }, 'x']] } as Evaluations['series'];
  const well = { 'good > 1': [], 'bad > 1': [] };

  it('is reported after three evaluations, across a restart, and no sooner', async () => {
    await e.load(rules());
    e.series = failing;
    await next(2);
    expect(await named('RetuneRuleFailing')).toEqual([]);
    await next(1, e.process());
    expect(await named('RetuneRuleFailing')).toMatchObject([
      {
        source: 'test.yml;f;0;Bad',
        state: 'firing',
        labels: { rule: 'Bad', rule_group: 'f', team: 'a', severity: 'warning' },
        annotations: { description: expect.stringContaining('bad_response') },
      },
    ]);
    e.series = well;
    await next();
    expect(await named('RetuneRuleFailing')).toEqual([]);
  });

  it('is reported as an alert of its own severity and for with on_error: alert', async () => {
    await e.load(rules({ on_error: 'alert' }));
    e.series = failing;
    await next();
    expect(await named('RetuneRuleFailing')).toMatchObject([
      { state: 'pending', labels: { severity: 'critical' } },
    ]);
    await next(2);
    expect(await named('RetuneRuleFailing')).toMatchObject([{ state: 'firing' }]);
    e.series = well;
    await next();
    expect(await named('RetuneRuleFailing')).toEqual([]);
  });
});

describe('a rule without data', () => {
  it('raises an alert with on_no_data: alert, after missing_evaluations, and its own alerts stay', async () => {
    const retune = { on_no_data: 'alert', missing_evaluations: 3 };
    await e.load([{ name: 'n', rules: [{ alert: 'N', expr: 'n > 1', retune }] }]);
    e.series = { n: [[{ v: '1' }, 5]] };
    await next();
    e.series = {};
    await next(2);
    expect(await named('RetuneRuleNoData')).toEqual([]);
    await next();
    expect(await named('RetuneRuleNoData')).toMatchObject([
      {
        state: 'firing',
        labels: { rule: 'N', severity: 'warning' },
        evidence: { kind: 'staleness', measure: 'no_match' },
      },
    ]);
    expect(await named('N')).toMatchObject([{ state: 'firing' }]);
    e.series = { n: [[{ v: '1' }, 0]] };
    await next();
    expect(await e.open()).toEqual([]);
  });

  it('settles that alert when the key is taken away', async () => {
    const rule = { alert: 'N', expr: 'n > 1' };
    await e.load([{ name: 'n', rules: [{ ...rule, retune: { on_no_data: 'alert' } }] }]);
    e.series = {};
    await next(2);
    expect(await named('RetuneRuleNoData')).toHaveLength(1);
    await e.load([{ name: 'n', rules: [rule] }]);
    await next();
    expect(await e.open()).toEqual([]);
  });

  it('matches nothing, since a slot, where its selectors find no series', async () => {
    await e.load([{ name: 'm', rules: [{ alert: 'M', expr: 'm > 1' }] }]);
    e.series = {};
    await next(2);
    const status = async () => (await e.groups.health(e.database.db)).get('test.yml;m;0;M');
    const first = await status();
    expect(first).toMatchObject({ health: 'no_match', since: expect.any(Date) });
    await next(2);
    expect((await status())?.since).toEqual(first?.since);
    e.series = { 'm > 1': [] };
    await next();
    expect((await status())?.health).toBe('ok');
  });
});

describe('several processes', () => {
  it('go on from what the other one stored', async () => {
    await e.load([{ name: 'p', rules: [{ alert: 'P', expr: 'p > 1', for: '30s' }] }]);
    const [first, second] = [e.process(), e.process()];
    e.series = { 'p > 1': [[{ v: '1' }, 5]] };
    await next(1, first);
    const [{ activeAt }] = (await named('P')) as [Alert];
    await next(2, second);
    await next(1, first);
    expect(await named('P')).toMatchObject([{ state: 'firing', activeAt }]);
    e.series = { 'p > 1': [] };
    await next(1, second);
    e.series = { 'p > 1': [[{ v: '1' }, 5]] };
    await next(1, first);
    const [again] = await named('P');
    expect(again?.state).toBe('pending');
    expect(again?.activeAt).not.toEqual(activeAt);
  });
});

describe('a slot', () => {
  it('that was taken over stores nothing', async () => {
    await e.load([{ name: 's', rules: [{ alert: 'S', expr: 's > 1' }] }]);
    e.series = { 's > 1': [[{}, 5]] };
    await next();
    await sql`update rule_groups set running_slot = next_due_at where key = 'test.yml;s'`.execute(
      e.database.db,
    );
    const stored = await e.groups.finish(
      { key: 'test.yml;s', slot: new Date(0), durationMs: 1, missed: 0, results: {} },
      e.database.db,
    );
    expect(stored).toBe(false);
    const history = await e.standings.history('test.yml;s', 'test.yml;s;0;S', e.database.db);
    expect(history).toHaveLength(1);
  });
});

describe('the slots of a group', () => {
  const stored = async (): Promise<{ offset_ms: number; last_slot: Date; next_due_at: Date }> =>
    (
      await sql<{ offset_ms: number; last_slot: Date; next_due_at: Date }>`
        select offset_ms, last_slot, next_due_at from rule_groups where active`.execute(e.database.db)
    ).rows[0] as never;
  const group = { name: 'w', rules: [{ alert: 'W', expr: 'w > 1' }] };

  it('move behind the scrape, once, and only forward in time', async () => {
    await e.load([group]);
    e.ages = [4000];
    await next();
    const moved = await stored();
    const shift = (moved.next_due_at.getTime() - moved.last_slot.getTime()) % 10_000;
    expect(shift).toBeGreaterThanOrEqual(6060);
    expect(shift).toBeLessThan(6070);
    expect(moved.next_due_at.getTime() % 10_000).toBe(moved.offset_ms);
    expect(moved.next_due_at.getTime() - moved.last_slot.getTime()).toBeGreaterThan(5000);
    e.ages = [shift + 4000 - 10_000];
    await next(3);
    const after = await stored();
    expect(after.offset_ms).toBe(moved.offset_ms);
    expect(after.next_due_at.getTime() - after.last_slot.getTime()).toBe(10_000);
    const history = await e.standings.history('test.yml;w', 'test.yml;w;0;W', e.database.db);
    expect(history.slice(0, -1).map(({ missed }) => missed)).toEqual(history.slice(1).map(() => 0));
  });

  it('stay where they are after a reload, or go back to their hash where that is wished', async () => {
    const { offset_ms: placed } = await stored();
    await e.load([group]);
    expect((await stored()).offset_ms).toBe(placed);
    await e.load([{ ...group, retune: { slots: 'hash' } }]);
    const hashed = await stored();
    expect(hashed.offset_ms).not.toBe(placed);
    e.ages = [4000];
    await next(2);
    expect((await stored()).offset_ms).toBe(hashed.offset_ms);
  });

  it('go back to their hash when no place shows the samples in time', async () => {
    await e.load([{ ...group, name: 'late' }]);
    const { offset_ms: hashed } = await stored();
    e.ages = [9000];
    await next();
    expect((await stored()).offset_ms).not.toBe(hashed);
    await next(14);
    expect((await stored()).offset_ms).toBe(hashed);
  });
});
