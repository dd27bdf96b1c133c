import { beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Rule } from '../../../src/rules/rule.js';
import { describeWith } from '../../support/binaries.js';
import { hour, type Pinning, type Replica, startPinning } from './pinning.js';

interface Document {
  readonly format: string;
  readonly model_version?: string;
  readonly features: Readonly<Record<string, { readonly counts: readonly number[] }>>;
  readonly predictions?: { readonly class: Readonly<Record<string, number>> };
}

describeWith(['prometheus'], 'pinned references, on a real Prometheus and a real database', () => {
  let pinning: Pinning;
  let [one, two]: [Replica, Replica] = [] as never;
  let rule: Rule;

  beforeAll(async () => {
    pinning = await startPinning();
  }, 90_000);
  beforeEach(async () => {
    await pinning.clear();
    [rule] = pinning.load([{ name: 'iris' }], { drift: { model: 'iris', features: ['petal'] } }) as [Rule];
    [one, two] = [pinning.replica(), pinning.replica()];
  });

  /** Both processes look at the same time. */
  const bothLook = async (hours: number): Promise<void> => {
    pinning.at(hours);
    await Promise.all([one.scheduler.round(), two.scheduler.round()]);
  };
  const looks = async (from: number, to: number, step = 1): Promise<void> => {
    for (let hours = from; hours <= to; hours += step) await bothLook(hours);
  };
  const versions = async (): Promise<string[]> =>
    (await pinning.stored()).map(({ version, revision }) => `${version}.${revision}`);
  const documentOf = async (index: number): Promise<Document> =>
    JSON.parse((await pinning.stored())[index]?.text ?? '{}') as Document;
  const awaited = (version = '7'): string => one.store.referencesOf(rule)?.get(version)?.awaited ?? 'nothing';

  it('freezes a version once, a day after it began to serve, and judges by that from then on', async () => {
    await looks(1, 24);
    expect(await versions()).toEqual([]);
    expect(await pinning.judge(rule, one)).toMatchObject([
      { labels: { model_version: '7' }, verdict: 'insufficient_data' },
    ]);
    expect(awaited()).toBe(
      `no reference is pinned yet: version 7 settles since ${hour(1).toISOString()}, and is frozen after 1d without an alert of the model`,
    );

    // `rare` holds up the others until three days are over.
    await bothLook(25);
    expect(awaited()).toContain('(too few events: rare 46 of 500)');
    await looks(37, 72, 5);
    expect(await versions()).toEqual([]);
    await bothLook(74);
    expect(await versions()).toEqual(['7.1']);

    const { petal, ...others } = (await documentOf(0)).features;
    expect(others).toEqual({});
    const total = petal?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
    expect(total / (73 * 1200)).toBeCloseTo(1, 2);
    expect(petal?.counts.map((count) => Math.round((count / total) * 100))).toEqual([20, 50, 28, 2]);

    for (const replica of [one, two])
      expect(await pinning.judge(rule, replica)).toMatchObject([
        {
          verdict: 'clear',
          evidence: {
            reference: expect.stringMatching(/^iris 7, pinned 2026-03-04T02:00Z, sha256:[0-9a-f]{12}$/),
          },
        },
      ]);
    pinning.at(90);
    expect(await pinning.judge(rule, two)).toMatchObject([
      { verdict: 'breached', evidence: { note: expect.stringContaining('drifted: petal') } },
    ]);
    await looks(90, 92);
    expect(await versions()).toEqual(['7.1']);
  }, 60_000);

  it('has a checksum that its text fulfils, and does not trust a text that was changed', async () => {
    await looks(1, 74, 73);
    const [pin] = await pinning.stored();
    expect(
      createHash('sha256')
        .update(pin?.text ?? '')
        .digest('hex'),
    ).toBe(pin?.checksum);
    await sql`update drift_references set document = replace(document::text, '"pinned"', '"forged"')::json`.execute(
      pinning.database.db,
    );
    const later = pinning.replica();
    await later.scheduler.round();
    expect(later.store.referencesOf(rule)?.get('7')).toEqual({
      awaited: 'the stored reference of iris 7 is damaged: have it pinned anew',
    });
  });

  it('survives a restart without Prometheus', async () => {
    await looks(1, 74, 73);
    const restarted = pinning.replica('away');
    await restarted.scheduler.onApplicationBootstrap();
    await restarted.scheduler.beforeApplicationShutdown();
    expect(restarted.store.referencesOf(rule)).toEqual(one.store.referencesOf(rule));
    expect(restarted.store.referencesOf(rule)?.get('7')?.reference?.features).toHaveProperty('petal');
  });

  it('keeps waiting while Prometheus is away', async () => {
    await bothLook(1);
    const blind = pinning.replica('away');
    pinning.at(74);
    await blind.scheduler.round();
    expect(await versions()).toEqual([]);
    await bothLook(74);
    expect(await versions()).toEqual(['7.1']);
  });

  it('tells the journal, once', async () => {
    await looks(1, 74, 73);
    const { rows } = await sql`select model, reason, summary from journal`.execute(pinning.database.db);
    expect(rows).toEqual([
      {
        model: 'iris',
        reason: 'reference_pinned',
        summary: `drift reference of iris 7 pinned, revision 1: counts from ${hour(1).toISOString()} to ${hour(74).toISOString()}, without rare, flat`,
      },
    ]);
  });

  const predicted = (pinAfter = '24h'): Rule =>
    pinning.load([{ name: 'iris', reference: { pin_after: pinAfter } }], {
      prediction_drift: { model: 'iris' },
    })[0] as Rule;

  it('never freezes while an alert of the model fires, and begins anew when it ends', async () => {
    rule = predicted();
    await looks(1, 20);
    pinning.at(20);
    await pinning.alert('IrisAccuracyLow', 'firing');
    await looks(21, 30);
    expect(await versions()).toEqual([]);
    expect(awaited()).toContain('(IrisAccuracyLow fires)');
    await pinning.alert('IrisAccuracyLow', 'resolved');
    await looks(31, 53);
    expect(await versions()).toEqual([]);
    await bothLook(54);
    expect(await pinning.stored()).toMatchObject([{ version: '7', counted_from: hour(30) }]);
  });

  it('does not mind alerts of other models, nor those of its own retraining', async () => {
    rule = predicted();
    await bothLook(1);
    await pinning.alert('RoseErrors', 'firing', { labels: { model_name: 'rose' } });
    await pinning.alert('RetrainingNeedsApproval', 'firing', { source: 'retraining' });
    await looks(24, 25);
    expect(await versions()).toEqual(['7.1']);
    expect((await documentOf(0)).predictions?.class).toEqual({
      a: expect.closeTo(24 * 720, -2),
      b: expect.closeTo(24 * 480, -2),
    });
  });

  it('lets a version that left wait anew, should it come back', async () => {
    rule = predicted('20h');
    await looks(29, 32);
    expect(awaited('8')).toContain('version 8 settles since');
    await looks(41, 42);
    expect(awaited('8')).toContain('(it has too little traffic)');
    await bothLook(43);
    expect(one.store.referencesOf(rule)?.has('8')).toBe(false);
    expect(await versions()).toEqual(['7.1']);
  });

  it('freezes at once what has served long before anybody looked', async () => {
    rule = predicted();
    await bothLook(60);
    expect(await pinning.stored()).toMatchObject([{ version: '7', counted_from: hour(36) }]);
  });

  it('does not count the time before the last alert ended as quiet', async () => {
    rule = predicted();
    pinning.at(50);
    await pinning.alert('IrisAccuracyLow', 'firing');
    pinning.at(52);
    await pinning.alert('IrisAccuracyLow', 'resolved');
    await bothLook(60);
    expect(await versions()).toEqual([]);
    expect(awaited()).toContain(`settles since ${hour(52).toISOString()}`);
  });

  const repin = (hours: number, version = '7'): Promise<number> =>
    pinning.database.transaction((trx) =>
      one.store.repin('iris', version, 'run r-1 verified', hour(hours), trx),
    );

  it('pins anew when asked, with what is served from then on, and judges by the old pin until then', async () => {
    rule = predicted();
    await bothLook(60);
    const before = one.store.referencesOf(rule)?.get('7')?.reference?.id;
    expect(await repin(61)).toBe(1);
    await looks(62, 84);
    expect(await versions()).toEqual(['7.1']);
    expect(one.store.referencesOf(rule)?.get('7')?.reference?.id).toBe(before);
    await bothLook(85);
    expect(await versions()).toEqual(['7.1', '7.2']);
    expect((await pinning.stored())[1]).toMatchObject({
      reason: 'run r-1 verified',
      counted_from: hour(61),
    });
    expect(two.store.referencesOf(rule)?.get('7')?.reference?.id).not.toBe(before);
    await looks(86, 120, 8);
    expect(await versions()).toEqual(['7.1', '7.2']);
  });

  it('is not held up by drift, which a new pin is to end, but by anything else', async () => {
    rule = predicted();
    await bothLook(60);
    await repin(61);
    pinning.at(62);
    await pinning.alert('IrisDrift', 'firing', { kind: 'drift' });
    await pinning.alert('IrisErrors', 'firing', { kind: 'error_rate' });
    await looks(70, 86, 4);
    expect(await versions()).toEqual(['7.1']);
    await pinning.alert('IrisErrors', 'resolved');
    await looks(90, 110, 4);
    expect(await versions()).toEqual(['7.1', '7.2']);
  });

  it('has nothing to pin anew where nothing is pinned', async () => {
    rule = predicted();
    expect(await repin(60)).toBe(0);
    await bothLook(60);
    expect(await repin(61, '8')).toBe(0);
  });

  it('undoes what its transaction undoes', async () => {
    rule = predicted();
    await bothLook(60);
    const failed = pinning.database.transaction(async (trx) => {
      await one.store.repin('iris', '7', 'no', hour(61), trx);
      throw new Error('undone');
    });
    await expect(failed).rejects.toThrow('undone');
    await looks(85, 86);
    expect(await versions()).toEqual(['7.1']);
  });

  it('freezes a span when it is over, whatever version served, and keeps it', async () => {
    const span = { from: hour(20).toISOString(), to: hour(38).toISOString() };
    [rule] = pinning.load([{ name: 'iris' }], {
      prediction_drift: { model: 'iris', reference: span, min_samples: 200 },
    }) as [Rule];
    await bothLook(37);
    expect(await pinning.stored()).toEqual([]);
    expect(awaited('')).toBe(
      `the reference from ${span.from} to ${span.to} is not frozen yet: the span is not over`,
    );
    await looks(39, 39.5, 0.5);
    const [pin, ...more] = await pinning.stored();
    expect(more).toEqual([]);
    expect(pin).toMatchObject({ version: '', revision: 1, counted_from: hour(20) });
    // Version 7 for 18 hours, and half as much of version 8 for eight of them.
    expect((await documentOf(0)).predictions?.class['a'] ?? 0).toBeCloseTo(720 * (18 + 4), -3);
    expect(await pinning.judge(rule, two)).toMatchObject([
      {
        verdict: 'clear',
        evidence: { reference: expect.stringMatching(/^iris, 2026-03-01T20:00Z to 2026-03-02T14:00Z/) },
      },
      { verdict: 'clear' },
    ]);
    expect(
      await pinning.database.transaction((trx) => one.store.repin('iris', '', 'no', hour(50), trx)),
    ).toBe(0);
  });

  it('takes one snapshot for rules that can share it, and one for each set of labels', async () => {
    pinning.load(
      [{ name: 'iris' }],
      { prediction_drift: { model: 'iris' } },
      { prediction_drift: { model: 'iris', min_samples: 900, window: '1h' } },
      { prediction_drift: { model: 'iris', where: { model_version: '7' } } },
    );
    await bothLook(60);
    expect((await pinning.stored()).map(({ scope }) => scope).toSorted()).toEqual([
      '{"counts":"predictions","where":{"model_version":"7"}}',
      '{"counts":"predictions"}',
    ]);
  });
});
