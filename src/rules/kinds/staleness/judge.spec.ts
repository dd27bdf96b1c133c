import { describe, expect, it } from '@jest/globals';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { ModelFacts, Observation } from '../kind.js';
import { staleness } from './index.js';
import { StalenessSpec } from './spec.js';

const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const iris: ModelFacts = { name: 'iris', labelDelaySettledMs: 0 };

/** A value without labels, or values by version. */
type Answer = number | Readonly<Record<string, number>>;
const rows = (answer: Answer): Sample[] =>
  Object.entries(typeof answer === 'number' ? { '': answer } : answer).map(([version, value]) => ({
    labels: (version === '' ? {} : { model_version: version }) as Sample['labels'],
    value,
    timestamp: seconds,
  }));
const answers = (given: Readonly<Record<string, Answer>>): SamplesByQuery =>
  Object.fromEntries(Object.entries(given).map(([name, answer]) => [name, rows(answer)]));
const judgeAll = (given: Readonly<Record<string, Answer>>, spec: object = {}): readonly Observation[] =>
  staleness.judge(StalenessSpec.parse({ model: 'iris', ...spec }), answers(given), {
    now,
    model: iris,
    firing: new Set(),
  });
const ALL_OFF = { no_data: 'none', no_traffic: 'none', accuracy_age: 'none' };
/** The observation of one check, beside another that can always say something, so that they do not become one. */
const judge = (check: string, given: Readonly<Record<string, Answer>>, limit: unknown): Observation => {
  const other = check === 'no_data' ? { model_age: '90d' } : { no_data: '15m' };
  const alive: Readonly<Record<string, Answer>> =
    check === 'no_data' ? { trained_at: seconds } : { recent: 1, last_seen: seconds };
  const found = judgeAll({ ...alive, ...given }, { ...ALL_OFF, ...other, [check]: limit }).find(
    ({ labels }) => labels['check'] === check,
  );
  if (!found) throw new Error(`no observation of ${check}`);
  return found;
};

describe('no_data', () => {
  const watched = 3;
  it.each<[string, Readonly<Record<string, Answer>>, string, number | null]>([
    ['is clear while samples come', { recent: 2, last_seen: seconds - 20, watched }, 'clear', 20],
    ['is clear within the span', { recent: 1, last_seen: seconds - 14 * MINUTE, watched }, 'clear', 840],
    [
      'is clear however coarsely the last sample is found',
      { recent: 1, last_seen: seconds - 19 * MINUTE, watched },
      'clear',
      900,
    ],
    ['is breached when the model is gone', { last_seen: seconds - 3 * HOUR, watched }, 'breached', 3 * HOUR],
    ['is breached at the end of the span', { last_seen: seconds - 14 * MINUTE, watched }, 'breached', 900],
    ['is unknown for a model that was never seen', { watched }, 'no_data', null],
    [
      'is unknown when Prometheus has just come back',
      { last_seen: seconds - 3 * HOUR, watched: 2 },
      'no_data',
      null,
    ],
    ['is unknown when Prometheus scraped nothing', { last_seen: seconds - 3 * HOUR }, 'no_data', null],
    ['does not believe NaN', { recent: Number.NaN, last_seen: seconds, watched }, 'no_data', null],
    ['does not believe a time that is none', { recent: 1, last_seen: Infinity, watched }, 'no_data', null],
    [
      'does not believe that Prometheus watched NaN times',
      { last_seen: seconds - HOUR, watched: Number.NaN },
      'no_data',
      null,
    ],
  ])('%s', (_, given, verdict, value) => {
    expect(judge('no_data', given, '15m')).toMatchObject({ verdict, value });
  });

  it('shows since when', () => {
    expect(judge('no_data', { last_seen: seconds - 125 * MINUTE, watched }, '15m')).toEqual({
      labels: { model_name: 'iris', check: 'no_data' },
      value: 7500,
      verdict: 'breached',
      severity: 'critical',
      evidence: { measure: 'no_data', value: 7500, threshold: 900, note: 'not scraped for 2h5m' },
    });
  });

  it('asks whether the name is right when nothing was ever seen', () => {
    expect(judge('no_data', { watched }, '15m').evidence?.note).toBe(
      'model_prediction_requests_total was never seen within 1w: is the name right, and is the model scraped?',
    );
  });
});

describe('no_traffic', () => {
  const guarded = { for: '30m', unless_last_week_below: 100 };
  it.each<[string, Readonly<Record<string, Answer>>, object, string, number | null]>([
    ['is clear with a single request', { requests: 1.02, requests_last_week: 5000 }, guarded, 'clear', 1.02],
    [
      'is breached by silence at a busy time',
      { requests: 0, requests_last_week: 5000 },
      guarded,
      'breached',
      0,
    ],
    ['is breached where the guard ends', { requests: 0, requests_last_week: 100 }, guarded, 'breached', 0],
    ['is unknown at a quiet time', { requests: 0, requests_last_week: 99 }, guarded, 'insufficient_data', 0],
    ['is unknown without a last week', { requests: 0 }, guarded, 'insufficient_data', 0],
    [
      'is unknown without series, which is a matter of no_data',
      { requests_last_week: 5000 },
      guarded,
      'no_data',
      null,
    ],
    ['does not believe NaN', { requests: Number.NaN, requests_last_week: 5000 }, guarded, 'no_data', null],
    [
      'does not believe a last week of NaN',
      { requests: 0, requests_last_week: Number.NaN },
      guarded,
      'no_data',
      null,
    ],
    [
      'does not believe negative requests',
      { requests: -1, requests_last_week: 500 },
      guarded,
      'no_data',
      null,
    ],
    ['needs no last week without the guard', { requests: 0 }, { unless_last_week_below: 0 }, 'breached', 0],
  ])('%s', (_, given, limit, verdict, value) => {
    expect(judge('no_traffic', given, limit)).toMatchObject({ verdict, value });
  });

  it('shows what is usual', () => {
    expect(judge('no_traffic', { requests: 0, requests_last_week: 412.3 }, guarded)).toEqual({
      labels: { model_name: 'iris', check: 'no_traffic' },
      value: 0,
      verdict: 'breached',
      severity: 'critical',
      evidence: {
        measure: 'no_traffic',
        value: 0,
        threshold: null,
        n: 412.3,
        needed: 100,
        note: 'no requests in 30m; 412 at the same time a week ago',
      },
    });
  });
});

describe('accuracy_age', () => {
  it.each<[string, Readonly<Record<string, Answer>>, string, number | null]>([
    ['is clear after a fresh evaluation', { evaluated_at: { '7': seconds - HOUR } }, 'clear', HOUR],
    ['is clear at the limit', { evaluated_at: { '7': seconds - 26 * HOUR } }, 'clear', 26 * HOUR],
    ['is breached beyond it', { evaluated_at: { '7': seconds - 27 * HOUR } }, 'breached', 27 * HOUR],
    [
      'judges metrics without versions',
      { evaluated_at: seconds - 27 * HOUR, traffic: { '7': 9 } },
      'breached',
      27 * HOUR,
    ],
    [
      'is breached by the oldest of the versions that serve',
      { evaluated_at: { '6': seconds - HOUR, '7': seconds - 27 * HOUR }, traffic: { '6': 50, '7': 50 } },
      'breached',
      27 * HOUR,
    ],
    [
      'forgets a version that was replaced',
      { evaluated_at: { '6': seconds - 90 * DAY, '7': seconds - HOUR }, traffic: { '6': 1, '7': 99 } },
      'clear',
      HOUR,
    ],
    ['is clear when clocks differ a little', { evaluated_at: { '7': seconds + 30 } }, 'clear', 0],
    ['does not believe milliseconds', { evaluated_at: { '7': seconds * 1000 } }, 'no_data', null],
    ['does not take a gauge that starts at 0 for 1970', { evaluated_at: { '7': 0 } }, 'no_data', null],
    ['does not believe NaN', { evaluated_at: { '7': Number.NaN } }, 'no_data', null],
    [
      'is unknown of a model that is down',
      { evaluated_at: { '7': seconds - 27 * HOUR }, seen: { '7': 1 } },
      'no_data',
      null,
    ],
    ['is unknown when nothing is exported', {}, 'no_data', null],
  ])('%s', (_, given, verdict, value) => {
    expect(judge('accuracy_age', given, '26h')).toMatchObject({ verdict, value });
  });

  it('says which version, and when', () => {
    expect(judge('accuracy_age', { evaluated_at: { '7': seconds - 27 * HOUR } }, '26h')).toMatchObject({
      severity: 'warning',
      evidence: { measure: 'accuracy_age', threshold: 26 * HOUR, note: 'version 7 was evaluated 1d3h ago' },
    });
  });

  it.each<[string, Readonly<Record<string, Answer>>, string, number | null]>([
    ['that changed is clear', { changes: { '7': 3 } }, 'clear', 3],
    ['that did not is possibly stale', { changes: { '7': 0 } }, 'breached', 0],
    ['counts only for versions that serve', { changes: { '6': 0, '7': 2 }, traffic: { '7': 9 } }, 'clear', 2],
    [
      'is not asked when the time is known',
      { changes: { '7': 0 }, evaluated_at: { '7': seconds } },
      'clear',
      0,
    ],
    [
      'is asked when the time of another version is known',
      { changes: { '7': 0 }, evaluated_at: { '6': seconds }, traffic: { '7': 9 } },
      'breached',
      0,
    ],
    ['is unknown when it is NaN', { changes: { '7': Number.NaN } }, 'no_data', null],
  ])('a gauge without a time %s', (_, given, verdict, value) => {
    expect(judge('accuracy_age', given, '26h')).toMatchObject({ verdict, value });
  });

  it('never pages on a gauge that may be that of a perfect model', () => {
    expect(judge('accuracy_age', { changes: { '7': 0 } }, '26h')).toMatchObject({
      severity: 'warning',
      evidence: {
        measure: 'accuracy_changes',
        unproven: true,
        note: expect.stringMatching(
          /^possibly stale: model_accuracy has not changed for 2d, as that of a perfect model/,
        ),
      },
    });
  });
});

describe('label_coverage', () => {
  const limit = { below: '20%', window: '7d' };
  it.each<[string, Readonly<Record<string, Answer>>, string, number | null]>([
    ['is clear with enough labels', { labels: 500, predictions: 1000 }, 'clear', 0.5],
    ['is breached with few', { labels: 100, predictions: 1000 }, 'breached', 0.1],
    ['is clear when chance could do it', { labels: 190, predictions: 1000 }, 'clear', 0.19],
    [
      'is breached at the same share of more predictions',
      { labels: 19_000, predictions: 100_000 },
      'breached',
      0.19,
    ],
    ['is breached when no label ever arrived', { predictions: 1000 }, 'breached', 0],
    ['is clear when labels catch up', { labels: 1500, predictions: 1000 }, 'clear', 1],
    ['waits for predictions', { labels: 0, predictions: 99 }, 'insufficient_data', null],
    ['waits for the first one', { labels: 0, predictions: 0 }, 'insufficient_data', null],
    ['is unknown without predictions', { labels: 100 }, 'no_data', null],
    ['does not believe NaN', { labels: Number.NaN, predictions: 1000 }, 'no_data', null],
    ['does not believe infinity', { labels: 10, predictions: Infinity }, 'no_data', null],
  ])('%s', (_, given, verdict, value) => {
    expect(judge('label_coverage', given, limit)).toMatchObject({ verdict, value });
  });

  it('holds labels against the predictions they belong to', () => {
    const spec = StalenessSpec.parse({ model: 'iris', label_coverage: {} });
    const exprs = (settled: number): string =>
      staleness
        .queries(spec, { ...iris, labelDelaySettledMs: settled })
        .filter(({ name }) => name === 'predictions' || name === 'labels')
        .map(({ expr }) => expr)
        .join('\n');
    expect(exprs(DAY * 1000)).toBe(
      'sum(increase(model_labeled_predictions_total{model_name="iris"}[1w]))\n' +
        'sum(increase(model_prediction_requests_total{model_name="iris"}[1w] offset 1d))',
    );
    expect(exprs(0)).not.toContain('offset');
    expect(staleness.warnings?.(spec, iris)).toHaveLength(1);
    expect(staleness.warnings?.(spec, { ...iris, labelDelaySettledMs: 1 })).toEqual([]);
    expect(staleness.warnings?.(StalenessSpec.parse({ model: 'iris' }), iris)).toEqual([]);
  });
});

describe('model_age', () => {
  it.each<[string, Readonly<Record<string, Answer>>, string, number | null]>([
    ['is clear for a young model', { trained_at: { '7': seconds - DAY } }, 'clear', DAY],
    ['is breached by an old one', { trained_at: { '7': seconds - 91 * DAY } }, 'breached', 91 * DAY],
    [
      'forgets a version that was replaced',
      { trained_at: { '6': 1, '7': seconds }, traffic: { '7': 9 } },
      'clear',
      0,
    ],
    ['does not believe milliseconds', { trained_at: { '7': seconds * 1000 } }, 'no_data', null],
    ['is unknown when it is not exported', {}, 'no_data', null],
    ['is unknown of a model that is down', { trained_at: { '7': 1 }, seen: { '7': 1 } }, 'no_data', null],
  ])('%s', (_, given, verdict, value) => {
    expect(judge('model_age', given, '90d')).toMatchObject({ verdict, value });
  });
});

describe('the checks together', () => {
  const names = (observations: readonly Observation[]): readonly unknown[] =>
    observations.map(({ labels, verdict }) => [labels['check'], verdict]);

  it('are three with nothing but a model', () => {
    const given = {
      recent: 1,
      last_seen: seconds,
      requests: 5,
      evaluated_at: { '7': seconds },
      traffic: { '7': 5 },
    };
    expect(names(judgeAll(given))).toEqual([
      ['no_data', 'clear'],
      ['no_traffic', 'clear'],
      ['accuracy_age', 'clear'],
    ]);
  });

  it('tell a model that is gone once, and leave what is unknown then as it is', () => {
    const given = { last_seen: seconds - HOUR, watched: 3, seen: { '7': 1 }, evaluated_at: { '7': 1 } };
    expect(names(judgeAll(given))).toEqual([
      ['no_data', 'breached'],
      ['no_traffic', 'no_data'],
      ['accuracy_age', 'no_data'],
    ]);
  });

  it('are one verdict about the model when none can say anything, which keeps every alert', () => {
    expect(judgeAll({ watched: 3 }, { label_coverage: {}, model_age: '90d' })).toMatchObject([
      { labels: { model_name: 'iris' }, verdict: 'no_data', value: null },
    ]);
    expect(judgeAll({})[0]?.labels).toEqual({ model_name: 'iris' });
  });

  it('carry the labels of where', () => {
    const [first] = judgeAll({ recent: 1, last_seen: seconds }, { where: { env: 'prod' } });
    expect(first?.labels).toEqual({ model_name: 'iris', env: 'prod', check: 'no_data' });
  });

  it('ask only for what they need', () => {
    const asked = (spec: object): string[] =>
      staleness.queries(StalenessSpec.parse({ model: 'iris', ...spec }), iris).map(({ name }) => name);
    expect(asked({ no_traffic: 'none', accuracy_age: 'none' })).toEqual(['recent', 'last_seen', 'watched']);
    expect(asked({ ...ALL_OFF, model_age: '90d' })).toEqual(['trained_at', 'traffic', 'seen']);
    expect(asked({ ...ALL_OFF, label_coverage: {} })).toEqual(['labels', 'predictions']);
  });

  it('keep their queries small when their spans are, as in a demonstration', () => {
    const spec = StalenessSpec.parse({ model: 'iris', ...ALL_OFF, no_data: '20s' });
    const [, lastSeen, watched] = staleness.queries(spec, iris).map(({ expr }) => expr);
    expect(lastSeen).toContain('[3h44m:6s]');
    expect(watched).toBe('count_over_time(count(last_over_time(up[6s]))[20s:6s])');
  });
});

describe('StalenessSpec', () => {
  it('is safe with a model alone', () => {
    const spec = StalenessSpec.parse({ model: 'iris' });
    expect(spec).toEqual({
      model: 'iris',
      where: {},
      no_data: 15 * 60_000,
      no_traffic: { for: 30 * 60_000, unless_last_week_below: 100 },
      accuracy_age: 26 * 3_600_000,
      label_coverage: undefined,
      model_age: undefined,
    });
    expect(staleness.describe(spec)).toBe(
      'staleness: { model: iris, no_data: 15m, no_traffic: { for: 30m, unless_last_week_below: 100 }, ' +
        'accuracy_age: 1d2h, label_coverage: none, model_age: none }',
    );
  });
  it.each<[string, object, string]>([
    [
      'a word that YAML 1.1 takes for a boolean',
      { no_data: 'off' },
      'expected a duration such as 15m, or none, got "off"',
    ],
    ['no span', { accuracy_age: '0s' }, 'expected a duration such as 15m, or none, got "0s"'],
    ['nothing to check', ALL_OFF, 'expected at least one check, and every one of them is none'],
  ])('refuses %s', (_, fields, message) => {
    expect(StalenessSpec.safeParse({ model: 'iris', ...fields }).error?.issues[0]?.message).toBe(message);
  });
  it.each<object>([
    { no_traffic: '30m' },
    { no_traffic: { for: '30m', unless: 5 } },
    { label_coverage: { below: 20 } },
    { label_coverage: false },
    { model_age: -1 },
  ])('refuses %j', (fields) => {
    expect(StalenessSpec.safeParse({ model: 'iris', ...fields }).success).toBe(false);
  });
});
