import { beforeAll, expect, it } from '@jest/globals';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import type { Observation } from '../../../src/rules/kinds/kind.js';
import { describeWith } from '../../support/binaries.js';
import { onCleanup } from '../../support/cleanup.js';
import { type PastSeries, startPrometheusWithPast } from '../../support/prometheus-past.js';
import { judgedAt, scraped } from './judged-by-prometheus.js';

const START = 1_772_323_200;
const HOUR = 3600;
/** Between two scrapes, as nearly always. */
const NOW = START + HOUR + 7;

/** A counter over an hour that grows by this much a minute; `from` and `to` are minutes. */
const grows = (
  name: string,
  labels: Readonly<Record<string, string>>,
  perMinute: number,
  [from, to]: readonly [number, number] = [0, 60],
): PastSeries =>
  scraped(name, labels, {
    from: START + 60 * from,
    to: START + 60 * to,
    every: 15,
    first: 0,
    step: perMinute / 4,
  });
/** Cumulative buckets that grow by so much a minute, as the exporter writes their bounds. */
const buckets = (
  labels: Readonly<Record<string, string>>,
  perMinute: Readonly<Record<string, number>>,
  minutes?: readonly [number, number],
): readonly PastSeries[] =>
  Object.entries(perMinute).map(([le, step]) =>
    grows('model_prediction_latency_seconds_bucket', { ...labels, le }, step, minutes),
  );
const requests = (model_name: string, version: string, perMinute: number): PastSeries =>
  grows('model_prediction_requests_total', { model_name, model_version: version }, perMinute);

const PAST: readonly PastSeries[] = [
  ...buckets({ model_name: 'slow' }, { '0.1': 60, '0.25': 80, '1': 98, '+Inf': 100 }),
  ...buckets({ model_name: 'quick' }, { '0.1': 60, '0.25': 99, '1': 100, '+Inf': 100 }),
  // One request in four is slow, and there are four in ten minutes.
  ...buckets({ model_name: 'rare' }, { '0.25': 0.3, '+Inf': 0.4 }),
  ...buckets({ model_name: 'few' }, { '0.25': 0, '+Inf': 4 }),
  ...buckets({ model_name: 'silent' }, { '0.25': 0, '+Inf': 0 }),
  requests('silent', '1', 0),
  ...buckets({ model_name: 'saturated' }, { '0.1': 1, '0.25': 1, '+Inf': 100 }),
  ...buckets({ model_name: 'python' }, { '0.5': 50, '1.0': 90, '+Inf': 100 }),
  // Prometheus was upgraded to one that writes bounds in one way.
  ...buckets({ model_name: 'upgraded' }, { '1.0': 90 }, [0, 55]),
  ...buckets({ model_name: 'upgraded' }, { '1': 90 }, [55.25, 60]),
  ...buckets({ model_name: 'upgraded' }, { '+Inf': 100 }),
  ...buckets({ model_name: 'canary', model_version: '1' }, { '0.25': 95, '+Inf': 95 }),
  ...buckets({ model_name: 'canary', model_version: '2' }, { '0.25': 2, '+Inf': 10 }),
  ...buckets({ model_name: 'canary', model_version: '0' }, { '0.25': 0, '+Inf': 1 }),
  ...['0', '1', '2'].map((version, k) => requests('canary', version, [1, 95, 10][k] as number)),
  // In the middle of a rollout that adds the bound.
  ...buckets({ model_name: 'rollout', pod: 'old' }, { '0.1': 45, '1': 50, '+Inf': 50 }),
  ...buckets({ model_name: 'rollout', pod: 'new' }, { '0.1': 45, '0.25': 50, '1': 50, '+Inf': 50 }),
  // Restarted five minutes ago: its counters began anew.
  ...['0.25', '+Inf'].map((le, k) => {
    const step = [24, 25][k] as number;
    const half = { every: 15, first: 0, step };
    return scraped(
      'model_prediction_latency_seconds_bucket',
      { model_name: 'restarted', le },
      { ...half, from: START, to: START + 55 * 60 },
      { ...half, from: START + 55 * 60 + 15, to: START + HOUR },
    );
  }),
];

describeWith(['prometheus'], 'latency over the buckets of a real Prometheus', () => {
  let client: PrometheusClient;
  beforeAll(async () => {
    const { url } = await startPrometheusWithPast(PAST);
    client = new PrometheusClient(url, 10_000);
    onCleanup(() => client.close());
  }, 60_000);
  const judged = (model: string, spec: object = {}): Promise<readonly Observation[]> =>
    judgedAt(client, { latency: { model, under: '0.25s', ...spec } }, NOW);

  it.each<[string, string, object, string, number | null]>([
    ['fires on 20 %', 'slow', {}, 'breached', 0.2],
    ['is clear at 1 %', 'quick', {}, 'clear', 0.01],
    ['says nothing of one request in four', 'rare', {}, 'insufficient_data', 0.25],
    ['says nothing of forty requests, though all of them are slow', 'few', {}, 'insufficient_data', 1],
    ['says nothing of silence', 'silent', {}, 'insufficient_data', null],
    ['says nothing of a model that is not there', 'nobody', {}, 'no_data', null],
    ['sees what a quantile would hide', 'saturated', {}, 'breached', 0.99],
    ['finds a bound that is spelled 1.0', 'python', { under: '1s' }, 'breached', 0.1],
    ['has no data at a time between two bounds', 'slow', { under: '0.3s' }, 'no_data', null],
    ['has no data beyond the largest bound', 'slow', { under: '2s' }, 'no_data', null],
    ['has no data while some servers lack the bound', 'rollout', {}, 'no_data', null],
    ['judges the rollout at a bound that all have', 'rollout', { under: '0.1s' }, 'breached', 0.1],
    ['is not misled by a restart', 'restarted', {}, 'clear', 0.04],
  ])('%s', async (_, model, spec, verdict, value) => {
    const [observation, ...more] = await judged(model, spec);
    expect(more).toEqual([]);
    expect(observation?.verdict).toBe(verdict);
    if (value === null) expect(observation?.value).toBeNull();
    else expect(observation?.value).toBeCloseTo(value, 9);
  });

  it('counts the requests of the window', async () => {
    const [observation] = await judged('slow');
    expect(observation?.evidence?.n).toBeCloseTo(1000, 6);
  });

  it('bridges an upgrade that changes the spelling of the bound', async () => {
    const [observation] = await judged('upgraded', { under: '1s' });
    // Each spelling loses the scrape at which the other takes over.
    expect(observation).toMatchObject({ verdict: 'breached' });
    expect(observation?.value).toBeCloseTo(0.1, 1);
  });

  it('judges versions that serve, one by one', async () => {
    const verdicts = (await judged('canary')).map(({ labels, verdict }) => [
      labels['model_version'],
      verdict,
    ]);
    expect(Object.fromEntries(verdicts)).toEqual({ '1': 'clear', '2': 'breached' });
  });

  it('shows the quantile that Prometheus would show', async () => {
    const of = async (model: string): Promise<number | undefined> => {
      const bucket = `model_prediction_latency_seconds_bucket{model_name="${model}"}`;
      const expr = `histogram_quantile(0.95, sum by (le) (rate(${bucket}[10m])))`;
      return (await client.query(expr, new Date(NOW * 1000))).samples[0]?.value;
    };
    expect((await judged('slow'))[0]?.evidence?.note).toContain(
      `p95 is about ${Number((await of('slow'))?.toPrecision(6))}s`,
    );
    expect(await of('saturated')).toBe(0.25);
    expect((await judged('saturated'))[0]?.evidence?.note).toContain('p95 is beyond 0.25s');
  });
});
