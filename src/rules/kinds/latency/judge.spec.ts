import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sample, SamplesByQuery } from '../../../prometheus/sample.js';
import type { Observation } from '../kind.js';
import { latency } from './index.js';
import { formatSeconds, parseSeconds } from './seconds.js';
import { latencyQuantile } from './slow-requests.js';
import { LatencySpec } from './spec.js';

const context = {
  now: new Date(0),
  model: { name: 'iris', labelDelaySettledMs: 0 },
  firing: new Set<string>(),
};
type Buckets = Readonly<Record<string, number>>;
const rows = (buckets: Buckets, version = ''): Sample[] =>
  Object.entries(buckets).map(([le, value]) => ({
    labels: { le, ...(version === '' ? {} : { model_version: version }) },
    value,
    timestamp: 0,
  }));
const traffic = (counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([model_version, value]) => ({
    labels: { model_version },
    value,
    timestamp: 0,
  }));
const judgeAll = (samples: SamplesByQuery, spec: object = {}): readonly Observation[] =>
  latency.judge(LatencySpec.parse({ model: 'iris', under: '0.25s', ...spec }), samples, context);
const judge = (buckets: Buckets, spec: object = {}): Observation => {
  const [observation] = judgeAll({ buckets: rows(buckets) }, spec);
  if (!observation) throw new Error('no observation');
  return observation;
};
/** `n` requests, `slow` of which took longer than 0.25 s. */
const requests = (n: number, slow: number): Buckets => ({
  '0.1': (n - slow) / 2,
  '0.25': n - slow,
  '1': n,
  '+Inf': n,
});

describe('the share of slow requests', () => {
  it.each<[string, Buckets, object, string]>([
    ['fires far beyond the line', requests(1000, 100), {}, 'breached'],
    ['fires when all are slow', requests(60, 60), {}, 'breached'],
    ['is clear at the line', requests(1000, 50), {}, 'clear'],
    ['is clear when none is slow', requests(1000, 0), {}, 'clear'],
    ['is not proved a little beyond the line', requests(1000, 60), {}, 'insufficient_data'],
    ['is proved at the same share by more requests', requests(10_000, 600), {}, 'breached'],
    ['does not judge one slow request in four', requests(4, 1), {}, 'insufficient_data'],
    ['waits for enough requests', requests(49, 49), {}, 'insufficient_data'],
    ['judges as few as it is told', requests(20, 20), { min_requests: 20 }, 'breached'],
    [
      'needs five slow ones, however strict the share',
      requests(50, 4),
      { share: '99.9%' },
      'insufficient_data',
    ],
    ['fires on five against a strict share', requests(50, 5), { share: '99.9%' }, 'breached'],
    ['never takes silence for health', requests(0, 0), {}, 'insufficient_data'],
    ['counts fractions, as increase() gives them', requests(1000.4, 100.2), {}, 'breached'],
    ['does not believe NaN', { '0.25': Number.NaN, '+Inf': 100 }, {}, 'no_data'],
    ['does not believe infinity', { '0.25': 1, '+Inf': Infinity }, {}, 'no_data'],
    ['does not believe sums beyond all numbers', { '0.25': 1, Inf: 1.7e308, '+Inf': 1.7e308 }, {}, 'no_data'],
    ['does not believe negative counts', { '0.25': -1, '+Inf': 100 }, {}, 'no_data'],
    ['does not believe buckets without +Inf', { '0.25': 10, '1': 100 }, {}, 'no_data'],
    ['does not believe a bound that is no number', { quick: 10, '+Inf': 100 }, {}, 'no_data'],
    [
      'takes a bucket below its predecessor for its equal',
      { '0.1': 950, '0.25': 940, '+Inf': 1000 },
      {},
      'clear',
    ],
  ])('%s', (_, buckets, spec, verdict) => {
    expect(judge(buckets, spec).verdict).toBe(verdict);
  });

  it('shows the numbers', () => {
    expect(judge({ '0.1': 500, '0.25': 900, '0.5': 960, '1': 1000, '+Inf': 1000 })).toEqual({
      labels: { model_name: 'iris' },
      value: 0.1,
      verdict: 'breached',
      evidence: {
        measure: 'slow_share',
        value: 0.1,
        threshold: 0.05,
        n: 1000,
        needed: 50,
        bound: expect.closeTo(0.0829, 4),
        note: '10% of the requests took longer than 0.25s over 10m; p95 is about 0.458333s',
      },
    });
  });

  it('says that chance could do it', () => {
    expect(judge(requests(1000, 60)).evidence?.note).toMatch(/; chance alone could do this$/);
  });

  it('is judged at once with nothing but a model', () => {
    const [observation] = latency.judge(
      LatencySpec.parse({ model: 'iris' }),
      { buckets: rows({ '0.5': 10, '1.0': 100, '+Inf': 200 }) },
      context,
    );
    expect(observation).toMatchObject({ verdict: 'breached', value: 0.5, evidence: { threshold: 0.05 } });
  });
});

describe('the bound', () => {
  it.each<[string, Buckets]>([
    ['1', { '1': 90, '+Inf': 100 }],
    ['1.0', { '1.0': 90, '+Inf': 100 }],
    ['1e0', { '1e0': 90, '+Inf': 100 }],
    ['both spellings, as after an upgrade of Prometheus', { '1': 40, '1.0': 50, '+Inf': 100 }],
  ])('is found as %s', (_, buckets) => {
    expect(judge(buckets, { under: '1s' })).toMatchObject({ verdict: 'breached', value: 0.1 });
  });

  it('is found as the sum that an exporter wrote', () => {
    const buckets = { '0.30000000000000004': 90, '0.4': 100, '+Inf': 100 };
    expect(judge(buckets, { under: '300ms' })).toMatchObject({ value: 0.1 });
  });

  it('may be the largest there is: what lies beyond it was counted, though its quantile is not known', () => {
    const buckets = { '0.1': 5, '0.25': 10, '+Inf': 1000 };
    expect(judge(buckets)).toMatchObject({
      verdict: 'breached',
      value: 0.99,
      evidence: { note: '99% of the requests took longer than 0.25s over 10m; p95 is beyond 0.25s' },
    });
  });

  it.each<[string, object, Buckets, string]>([
    [
      'between two bounds',
      { under: '0.3s' },
      requests(1000, 900),
      'no bucket ends at 0.3s: write one of the bounds there are; the bounds are 0.1s, 0.25s, 1s',
    ],
    [
      'beyond the largest',
      { under: '2s' },
      requests(1000, 900),
      'what takes longer than 1s is not told apart, so 2s cannot be judged: give the exporter larger buckets, or write one of its bounds; the bounds are 0.1s, 0.25s, 1s',
    ],
    ['of a histogram without any', {}, { '+Inf': 1000 }, 'the histogram has no bucket but +Inf'],
  ])('that is none, %s, is no data and says which there are', (_, spec, buckets, note) => {
    expect(judge(buckets, spec)).toMatchObject({ verdict: 'no_data', value: null, evidence: { note } });
  });

  it('that some series lack is no data: their requests would all pass for slow', () => {
    const buckets = rows({ '0.1': 500, '0.25': 500, '+Inf': 1000 });
    const series = rows({ '0.1': 2, '0.25': 1, '+Inf': 2 });
    expect(judgeAll({ buckets, series })).toMatchObject([
      { verdict: 'no_data', evidence: { note: 'only 1 of 2 series have a bucket that ends at 0.25s' } },
    ]);
    expect(judgeAll({ buckets, series: rows({ '0.1': 2, '0.250': 2, '+Inf': 2 }) })).toMatchObject([
      { verdict: 'breached' },
    ]);
  });
});

describe('versions', () => {
  const verdicts = (samples: SamplesByQuery): Record<string, string> =>
    Object.fromEntries(
      judgeAll(samples).map(({ labels, verdict }) => [labels['model_version'] ?? '', verdict]),
    );
  const bad = rows(requests(1000, 500), '7');
  const good = rows(requests(1000, 0), '6');

  it('are judged one by one where the buckets tell them apart', () => {
    expect(verdicts({ buckets: [...good, ...bad], traffic: traffic({ 6: 900, 7: 100 }) })).toEqual({
      6: 'clear',
      7: 'breached',
    });
  });
  it('are judged only while they serve', () => {
    expect(verdicts({ buckets: [...good, ...bad], traffic: traffic({ 6: 990, 7: 10 }) })).toEqual({
      6: 'clear',
    });
  });
  it('that serve without a bucket are no data', () => {
    expect(verdicts({ buckets: good, traffic: traffic({ 6: 500, 8: 500 }) })).toEqual({
      6: 'clear',
      8: 'no_data',
    });
  });
  it('are not waited for where the buckets carry none', () => {
    expect(verdicts({ buckets: rows(requests(1000, 0)), traffic: traffic({ 6: 500 }) })).toEqual({
      '': 'clear',
    });
  });
  it('of a model that is not scraped any more are no data, all of them', () => {
    expect(verdicts({ buckets: bad, seen: traffic({ 7: 1 }) })).toEqual({ '': 'no_data' });
  });
  it('that do not serve leave nothing to judge', () => {
    const samples = { buckets: bad, traffic: traffic({ 6: 100 }) };
    expect(verdicts(samples)).toEqual({ 6: 'no_data' });
  });
});

describe('latencyQuantile', () => {
  const at = (buckets: readonly [number, number][], q: number) =>
    latencyQuantile({ upperBounds: buckets.map(([le]) => le), counts: buckets.map(([, count]) => count) }, q);
  it.each<[string, readonly [number, number][], number, unknown]>([
    [
      'is linear inside a bucket',
      [
        [1, 50],
        [2, 50],
        [Infinity, 0],
      ],
      0.75,
      { seconds: 1.5, beyond: false },
    ],
    [
      'begins at 0',
      [
        [1, 100],
        [Infinity, 0],
      ],
      0.5,
      { seconds: 0.5, beyond: false },
    ],
    [
      'stands at the bound of a full bucket',
      [
        [1, 50],
        [2, 50],
        [Infinity, 0],
      ],
      0.5,
      { seconds: 1, beyond: false },
    ],
    [
      'skips empty buckets',
      [
        [1, 0],
        [2, 0],
        [3, 10],
        [Infinity, 0],
      ],
      0.5,
      { seconds: 2.5, beyond: false },
    ],
    [
      'does not end in the last bucket',
      [
        [1, 1],
        [Infinity, 99],
      ],
      0.5,
      { seconds: 1, beyond: true },
    ],
    ['is unknown without a bound', [[Infinity, 99]], 0.5, undefined],
    [
      'is unknown without requests',
      [
        [1, 0],
        [Infinity, 0],
      ],
      0.5,
      undefined,
    ],
  ])('%s', (_, buckets, q, expected) => {
    expect(at(buckets, q)).toEqual(expected);
  });
});

it('never calls fewer slow requests worse, and fires on nothing that is at the line', () => {
  const rank = { clear: 0, insufficient_data: 1, breached: 2, no_data: 3, stale: 3 };
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const [fewer, more] = [judge(requests(n, share * n * 0.9)), judge(requests(n, share * n))];
      expect(rank[fewer.verdict]).toBeLessThanOrEqual(rank[more.verdict]);
      if (share <= 0.05) expect(more.verdict).not.toBe('breached');
      if (more.verdict === 'breached') expect(more.evidence?.bound).toBeGreaterThan(0.05);
    }),
  );
});

describe('LatencySpec', () => {
  it.each<[string | number, number]>([
    ['0.25s', 0.25],
    ['250ms', 0.25],
    ['2.5ms', 0.0025],
    ['0.3ms', 0.0003],
    ['.5', 0.5],
    [0.25, 0.25],
    [2, 2],
    ['1m30s', 90],
    ['1m', 60],
  ])('takes under: %s', (under, seconds) => {
    expect(LatencySpec.parse({ model: 'iris', under }).under).toBe(seconds);
    expect(parseSeconds(formatSeconds(seconds))).toBe(seconds);
  });
  it.each([0, '0s', -1, 'fast', '1 s', '1.5h30m', '', Infinity])('refuses under: %p', (under) => {
    const result = LatencySpec.safeParse({ model: 'iris', under });
    expect(result.error?.issues[0]?.message).toBe(
      Number.isFinite(under) || typeof under === 'string'
        ? `expected a time above 0 such as 0.25s or 250ms, got ${JSON.stringify(under)}`
        : 'Invalid input',
    );
  });
  it('is safe with a model alone', () => {
    const spec = LatencySpec.parse({ model: 'iris' });
    expect(spec).toEqual({
      model: 'iris',
      where: {},
      under: 1,
      share: 0.95,
      window: 600_000,
      min_requests: 50,
    });
    expect(latency.describe(spec)).toBe(
      'latency: { model: iris, under: 1s, share: 95%, window: 10m, min_requests: 50 }',
    );
  });
});
