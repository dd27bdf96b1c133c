import { describe, expect, it } from '@jest/globals';
import type { SamplesByQuery } from '../../../prometheus/sample.js';
import type { Observation } from '../kind.js';
import { errorRate } from './index.js';
import { ErrorRateSpec } from './spec.js';

const context = {
  now: new Date(0),
  model: { name: 'iris', labelDelaySettledMs: 0 },
  firing: new Set<string>(),
};
const answer = (values: Record<string, number>): SamplesByQuery =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, [{ labels: {}, value, timestamp: 0 }]]),
  );
const judge = (spec: object, values: Record<string, number>): Observation => {
  const [observation] = errorRate.judge(
    ErrorRateSpec.parse({ model: 'iris', ...spec }),
    answer(values),
    context,
  );
  if (!observation) throw new Error('no observation');
  return observation;
};

describe('error_rate above a share', () => {
  const spec = { above: '5%', window: '10m' };
  it.each<[string, Record<string, number>, string]>([
    ['fires above the share', { requests_10m: 1000, errors_10m: 60 }, 'breached'],
    ['is clear at the share', { requests_10m: 1000, errors_10m: 50 }, 'clear'],
    ['takes a missing error series as no errors', { requests_10m: 1000 }, 'clear'],
    ['never takes silence for health', { requests_10m: 0, errors_10m: 0 }, 'insufficient_data'],
    ['never takes missing requests for health', { errors_10m: 0 }, 'no_data'],
    ['waits for enough requests', { requests_10m: 49, errors_10m: 49 }, 'insufficient_data'],
    ['waits for enough errors', { requests_10m: 50, errors_10m: 4 }, 'insufficient_data'],
    ['does not believe NaN', { requests_10m: Number.NaN, errors_10m: 0 }, 'no_data'],
    ['does not believe NaN errors', { requests_10m: 100, errors_10m: Number.NaN }, 'no_data'],
    ['does not believe infinity', { requests_10m: Infinity, errors_10m: 0 }, 'no_data'],
    [
      'fires when all fail and extrapolation makes it more',
      { requests_10m: 100, errors_10m: 100.7 },
      'breached',
    ],
  ])('%s', (_, values, verdict) => {
    expect(judge(spec, values).verdict).toBe(verdict);
  });

  it('shows the numbers', () => {
    expect(judge(spec, { requests_10m: 1000, errors_10m: 60 })).toEqual({
      labels: { model_name: 'iris' },
      value: 0.06,
      verdict: 'breached',
      evidence: {
        measure: 'error_rate',
        value: 0.06,
        threshold: 0.05,
        n: 1000,
        needed: 50,
        note: '6% of the requests failed over 10m',
      },
    });
  });

  it('adds failures to the requests when the counter leaves them out', () => {
    const counted = { requests_10m: 900, errors_10m: 100 };
    expect(judge({ ...spec, errors_in_total: false }, counted).value).toBe(0.1);
  });
});

describe('error_rate against a budget', () => {
  const spec = { slo: '99%' };
  /** Shares of failures per window; 1200 requests an hour. */
  const traffic = (
    rates: { '5m': number; '30m': number; '1h': number; '6h': number; '3d'?: number },
    hourly = 1200,
  ) => {
    const hours = { '5m': 1 / 12, '30m': 0.5, '1h': 1, '6h': 6, '3d': 72 };
    return Object.fromEntries(
      Object.entries({ '3d': 0, ...rates }).flatMap(([window, rate]) => {
        const requests = hourly * hours[window as keyof typeof hours];
        return [
          [`requests_${window}`, requests],
          [`errors_${window}`, requests * rate],
        ];
      }),
    );
  };

  it.each<[string, ReturnType<typeof traffic>, string]>([
    ['pages on a burst of 20 %', traffic({ '5m': 0.2, '30m': 0.2, '1h': 0.2, '6h': 0.04 }), 'breached'],
    ['pages on a slow burn', traffic({ '5m': 0.08, '30m': 0.08, '1h': 0.08, '6h': 0.08 }), 'breached'],
    ['is clear within the budget', traffic({ '5m': 0.01, '30m': 0.01, '1h': 0.01, '6h': 0.01 }), 'clear'],
    ['is clear when the burst is over', traffic({ '5m': 0, '30m': 0, '1h': 0.2, '6h': 0.04 }), 'clear'],
    [
      'does not page on one failure in four',
      traffic({ '5m': 0.25, '30m': 0.25, '1h': 0.25, '6h': 0.25 }, 4),
      'insufficient_data',
    ],
    [
      'never takes silence for health',
      traffic({ '5m': 0, '30m': 0, '1h': 0, '6h': 0 }, 0),
      'insufficient_data',
    ],
    ['never takes missing series for health', {}, 'no_data'],
    [
      'is clear at low traffic when the long windows are calm',
      traffic({ '5m': 0, '30m': 0, '1h': 0, '6h': 0 }, 120),
      'clear',
    ],
  ])('%s', (_, values, verdict) => {
    expect(judge(spec, values).verdict).toBe(verdict);
  });

  it('does not call a traffic stop after a burst a recovery', () => {
    const values = {
      ...traffic({ '5m': 0, '30m': 0, '1h': 0.2, '6h': 0.04 }),
      requests_5m: 0,
      requests_30m: 0,
    };
    expect(judge(spec, values).verdict).toBe('insufficient_data');
  });

  it('does not call a traffic stop after a calm hour health', () => {
    const values = { ...traffic({ '5m': 0, '30m': 0, '1h': 0, '6h': 0 }), requests_5m: 0 };
    expect(judge(spec, values).verdict).toBe('insufficient_data');
  });

  it('shows how fast the budget burns', () => {
    const { value, evidence } = judge(spec, traffic({ '5m': 0.2, '30m': 0.2, '1h': 0.2, '6h': 0.04 }));
    expect(value).toBeCloseTo(20, 9);
    expect(evidence).toMatchObject({ measure: 'burn_rate', threshold: 14.4, n: 100, needed: 50 });
    expect(evidence?.note).toBe(
      'failed: 20% over 1h, 20% over 5m; the budget is 1% over 30d, of which 0% went in 3d',
    );
  });

  it.each<[string, ReturnType<typeof traffic>, string | undefined]>([
    ['fast', traffic({ '5m': 0.2, '30m': 0.2, '1h': 0.2, '6h': 0.04, '3d': 0.003 }), 'critical'],
    ['slowly', traffic({ '5m': 0.02, '30m': 0.02, '1h': 0.02, '6h': 0.02, '3d': 0.02 }), 'warning'],
    ['both ways', traffic({ '5m': 0.2, '30m': 0.2, '1h': 0.2, '6h': 0.2, '3d': 0.02 }), 'critical'],
    ['no more', traffic({ '5m': 0, '30m': 0, '1h': 0, '6h': 0.001, '3d': 0.02 }), undefined],
  ])('is as bad as the worst tier that burns: %s', (_, values, severity) => {
    const observation = judge(spec, values);
    expect(observation.severity).toBe(severity);
    expect(observation.verdict).toBe(severity === undefined ? 'clear' : 'breached');
  });

  it('tells of a ticket how much of the budget is gone', () => {
    const { evidence } = judge(spec, traffic({ '5m': 0, '30m': 0, '1h': 0, '6h': 0.02, '3d': 0.02 }));
    // What it is called decides whether it blocks a retraining.
    expect(evidence).toMatchObject({ measure: 'slow_burn_rate', threshold: 1 });
    expect(evidence?.value).toBeCloseTo(2, 9);
    expect(evidence?.note).toBe(
      'failed: 2% over 3d, 2% over 6h; the budget is 1% over 30d, of which 20% went in 3d',
    );
  });

  it('asks each window once', () => {
    const queries = errorRate.queries(ErrorRateSpec.parse({ model: 'iris', slo: '99%' }), context.model);
    expect(queries.map(({ name }) => name).filter((name) => name.startsWith('errors'))).toEqual(
      ['1h', '5m', '6h', '30m', '3d'].map((window) => `errors_${window}`),
    );
  });
});

describe('the default tiers', () => {
  const tiers = (fields: object) =>
    ErrorRateSpec.parse({ model: 'iris', slo: '99%', ...fields }).burn.map(
      ({ factor, long, short, severity }) => [factor, long / 3_600_000, short / 60_000, severity],
    );
  it('are two pages and a ticket', () => {
    const expected = [
      [14.4, 1, 5, 'critical'],
      [6, 6, 30, 'critical'],
      [1, 72, 360, 'warning'],
    ];
    expect(tiers({})).toEqual(expected);
    expect(tiers({ burn: 'default', period: '30d' })).toEqual(expected);
  });
  it.each([
    ['90d', { slo: '99.9%' }, [43.2, 18, 3]],
    ['28d', {}, [13.44, 5.6, 1]],
    ['7d', {}, [3.36, 1.4, 1]],
    ['4d', {}, [1.92, 1]],
  ])('scale with a period of %s, and none lies below 1', (period, fields, factors) => {
    expect(tiers({ period, ...fields }).map(([factor]) => factor)).toEqual(factors);
  });
  it('are critical where a tier says nothing', () => {
    expect(tiers({ burn: [{ factor: 2, long: '1h', short: '5m' }] })).toEqual([[2, 1, 5, 'critical']]);
  });
});

describe('ErrorRateSpec', () => {
  const problemOf = (fields: object): string | undefined => {
    const result = ErrorRateSpec.safeParse({ model: 'iris', ...fields });
    return result.success ? undefined : result.error.issues[0]?.message;
  };
  it.each<[string, object, string]>([
    ['nothing to hold against', {}, 'expected exactly one of above and slo, such as above: 5%'],
    [
      'two things to hold against',
      { above: 0.1, slo: 0.99 },
      'expected exactly one of above and slo, such as above: 5%',
    ],
    [
      'a budget so large that the alert can never fire',
      { slo: '90%' },
      'a burn rate of 14.4 against a budget of 10% needs more than 100% errors and can never fire: write slo: 93.06% or more, or the plain form above: 10%',
    ],
    [
      'windows the wrong way round',
      { slo: '99%', burn: [{ factor: 2, long: '5m', short: '1h' }] },
      'expected short to be shorter than long',
    ],
    [
      'a window where the budget has its own',
      { slo: '99%', window: '5m' },
      'window belongs to above; with slo, write burn',
    ],
    [
      'burn rates without a budget',
      { above: 0.1, burn: [{ factor: 2, long: '1h', short: '5m' }] },
      'burn belongs to slo; with above, write window',
    ],
    [
      'a period without a budget',
      { above: 0.1, period: '7d' },
      'period belongs to slo; with above, write window',
    ],
    [
      'a period for which there are no windows',
      { slo: '99%', period: '2d' },
      '2d is too short for the default windows: write burn: [{ factor: 2, long: 1h, short: 5m }] or the like',
    ],
    [
      'a long period whose pages can never fire',
      { slo: '97%', period: '90d' },
      'a burn rate of 43.2 against a budget of 3% needs more than 100% errors and can never fire: write slo: 97.69% or more, or the plain form above: 3%',
    ],
    ['a share beyond everything', { above: '120%' }, 'expected a share such as 5% or 0.05, got "120%"'],
  ])('refuses %s', (_, fields, message) => {
    expect(problemOf(fields)).toBe(message);
  });
  it.each(['93.06%', '99.9%', 0.95])('takes slo: %s', (slo) => {
    expect(problemOf({ slo })).toBeUndefined();
  });
  it('takes windows of seconds, for demonstrations', () => {
    expect(problemOf({ slo: '99%', burn: [{ factor: 10, long: '20s', short: '5s' }] })).toBeUndefined();
  });
});
