import { beforeAll, describe, expect, it } from '@jest/globals';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import type { ModelFacts } from '../../../src/rules/kinds/kind.js';
import { describeWith } from '../../support/binaries.js';
import { onCleanup } from '../../support/cleanup.js';
import { type PastSeries, startPrometheusWithPast } from '../../support/prometheus-past.js';
import { judgedAt, scraped, type Stretch } from './judged-by-prometheus.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const START = 1_772_323_200;
/** Between two scrapes, as nearly always. */
const NOW = START + 10 * DAY + 7;
const EVERY = MINUTE;

/** From a number of seconds before now until another, growing by `step` at each scrape. */
const until = (from: number, to: number, first: number, step: number): Stretch => ({
  from: START + 10 * DAY - from,
  to: START + 10 * DAY - to,
  every: EVERY,
  first,
  step,
});
const always = (first: number, step = 0): Stretch => until(9 * DAY, 0, first, step);
const of = (model_name: string, model_version = '1'): Readonly<Record<string, string>> => ({
  model_name,
  model_version,
});
const requests = (model: string, ...stretches: readonly Stretch[]): PastSeries =>
  scraped('model_prediction_requests_total', of(model), ...stretches);

const PAST: readonly PastSeries[] = [
  scraped('up', { job: 'models' }, until(9 * DAY, -9 * DAY, 1, 0)),
  requests('healthy', always(0, 10)),
  scraped('model_accuracy', of('healthy'), always(0.95)),
  scraped('model_accuracy_evaluated_timestamp_seconds', of('healthy'), always(NOW - HOUR)),
  scraped('model_trained_timestamp_seconds', of('healthy'), always(NOW - 91 * DAY)),
  requests('gone', until(9 * DAY, 16 * MINUTE, 0, 10)),
  requests('long gone', until(9 * DAY, 2 * HOUR, 0, 10)),
  requests('hiccup', until(9 * DAY, 12 * MINUTE, 0, 10)),
  // Busy until an hour ago, and scraped all the time.
  requests('unasked', until(9 * DAY, HOUR, 0, 10), until(HOUR - EVERY, 0, 10 * 60 * 24 * 9, 0)),
  // Never asked at this time of the week: asked only in the two days before yesterday.
  requests(
    'quiet',
    until(9 * DAY, 3 * DAY, 0, 0),
    until(3 * DAY - EVERY, DAY, 0, 10),
    until(DAY - EVERY, 0, 20_000, 0),
  ),
  // Deployed yesterday, and silent since.
  requests('young', until(DAY, HOUR, 0, 10), until(HOUR - EVERY, 0, 10 * 60 * 23, 0)),
  // A gauge that is scraped afresh all the time, though nobody evaluates any more.
  requests('forgotten', always(0, 10)),
  scraped('model_accuracy', of('forgotten'), always(0.95)),
  scraped('model_accuracy_evaluated_timestamp_seconds', of('forgotten'), always(NOW - 30 * HOUR)),
  requests('constant', always(0, 10)),
  scraped('model_accuracy', of('constant'), always(1)),
  requests('changing', always(0, 10)),
  scraped('model_accuracy', of('changing'), until(9 * DAY, DAY, 0.95, 0), until(DAY - EVERY, 0, 0.94, 0)),
  // The same figure from another server: two series, neither of which changes.
  requests('moved', always(0, 10)),
  scraped('model_accuracy', { ...of('moved'), pod: 'a' }, until(9 * DAY, DAY, 0.95, 0)),
  scraped('model_accuracy', { ...of('moved'), pod: 'b' }, until(DAY - EVERY, 0, 0.94, 0)),
  // A gauge of today says nothing about two days.
  requests('fresh', always(0, 10)),
  scraped('model_accuracy', of('fresh'), until(DAY, 0, 0.95, 0)),
  // A tenth, and half, of the predictions are labelled.
  ...(['unlabelled', 'labelled'] as const).flatMap((model, k) => [
    requests(model, always(0, 10)),
    scraped(
      'model_labeled_predictions_total',
      { ...of(model), outcome: 'correct' },
      always(0, [0.9, 4][k] as number),
    ),
    scraped(
      'model_labeled_predictions_total',
      { ...of(model), outcome: 'incorrect' },
      always(0, [0.1, 1][k] as number),
    ),
  ]),
  // Asked twice as much since yesterday; labels arrive a day later.
  requests('delayed', until(9 * DAY, DAY, 0, 10), until(DAY - EVERY, 0, 10 * 60 * 24 * 8 + 100, 100)),
  scraped('model_labeled_predictions_total', { ...of('delayed'), outcome: 'correct' }, always(0, 5)),
];

/** Three hours without a Prometheus: nothing was scraped, and everything again since one minute. */
const [DOWN, UP] = [3 * HOUR, MINUTE];
const OUTAGE: readonly PastSeries[] = [
  scraped('up', { job: 'models' }, until(DAY, DOWN, 1, 0), until(UP, -HOUR, 1, 0)),
  requests('gone', until(DAY, 5 * HOUR, 0, 10)),
  requests('back', until(DAY, DOWN, 0, 10), until(UP, -HOUR, 50_000, 0)),
];

const verdictsOf = async (
  client: PrometheusClient,
  model: string,
  spec: object,
  at = NOW,
  facts: Partial<ModelFacts> = {},
): Promise<Record<string, string>> => {
  const observations = await judgedAt(client, { staleness: { model, ...spec } }, at, facts);
  return Object.fromEntries(observations.map(({ labels, verdict }) => [labels['check'] ?? 'model', verdict]));
};
const clientOf = async (past: readonly PastSeries[]): Promise<PrometheusClient> => {
  const { url } = await startPrometheusWithPast(past);
  const client = new PrometheusClient(url, 10_000);
  onCleanup(() => client.close());
  return client;
};

describeWith(['prometheus'], 'staleness over a real Prometheus', () => {
  let client: PrometheusClient;
  beforeAll(async () => {
    client = await clientOf(PAST);
  }, 60_000);
  const value = async (model: string, check: string, spec: object, facts: Partial<ModelFacts> = {}) => {
    const observations = await judgedAt(client, { staleness: { model, ...spec } }, NOW, facts);
    return observations.find(({ labels }) => labels['check'] === check)?.value;
  };

  it.each<[string, string, object, object]>([
    [
      'is content with a healthy model',
      'healthy',
      {},
      { no_data: 'clear', no_traffic: 'clear', accuracy_age: 'clear' },
    ],
    [
      'misses a model that is gone',
      'gone',
      {},
      { no_data: 'breached', no_traffic: 'clear', accuracy_age: 'no_data' },
    ],
    [
      'leaves what is unknown then as it is',
      'long gone',
      {},
      { no_data: 'breached', no_traffic: 'no_data', accuracy_age: 'no_data' },
    ],
    [
      'waits before it misses one',
      'hiccup',
      { accuracy_age: 'none', no_traffic: 'none' },
      { no_data: 'clear' },
    ],
    ['has no data about a model that was never seen', 'nobody', {}, { model: 'no_data' }],
    [
      'misses traffic where there usually is some',
      'unasked',
      { accuracy_age: 'none' },
      { no_data: 'clear', no_traffic: 'breached' },
    ],
    [
      'does not miss it where there is none every week',
      'quiet',
      { accuracy_age: 'none' },
      { no_data: 'clear', no_traffic: 'insufficient_data' },
    ],
    [
      'has no last week of a young model',
      'young',
      { accuracy_age: 'none' },
      { no_data: 'clear', no_traffic: 'insufficient_data' },
    ],
    [
      'needs none without the guard',
      'young',
      { accuracy_age: 'none', no_data: 'none', no_traffic: { unless_last_week_below: 0 } },
      { no_traffic: 'breached' },
    ],
  ])('%s', async (_, model, spec, verdicts) => {
    expect(await verdictsOf(client, model, spec)).toEqual(verdicts);
  });

  it('knows since when a model is gone, to the steps in which it looks', async () => {
    const silent = (await value('gone', 'no_data', {})) as number;
    expect(silent).toBeGreaterThanOrEqual(16 * MINUTE);
    expect(silent).toBeLessThanOrEqual(16 * MINUTE + 5 * MINUTE + EVERY);
  });

  it.each<[string, number, object]>([
    ['for a week', 6 * DAY, { no_data: 'breached' }],
    ['no longer, so that its alert stays as it is', 8 * DAY, { model: 'no_data' }],
  ])('remembers a model that is gone %s', async (_, later, verdicts) => {
    const only = { no_traffic: 'none', accuracy_age: 'none' };
    expect(await verdictsOf(client, 'gone', only, NOW + later)).toEqual(verdicts);
  });

  describe('the age of the accuracy', () => {
    const only = { no_data: 'none', no_traffic: 'none' };
    it.each<[string, string, string, number | null]>([
      ['is that of its evaluation, however fresh the gauge looks', 'forgotten', 'breached', 30 * HOUR],
      ['is possibly too high for a gauge that is constant', 'constant', 'breached', 0],
      ['is fine for a gauge that changed', 'changing', 'clear', 1],
      ['is fine for a gauge that changed while it moved', 'moved', 'clear', 1],
    ])('%s', async (_, model, verdict, expected) => {
      expect(await verdictsOf(client, model, only)).toEqual({ accuracy_age: verdict });
      expect(await value(model, 'accuracy_age', only)).toBe(expected);
    });
    it('is unknown for a gauge that is too young', async () => {
      expect(await verdictsOf(client, 'fresh', only)).toEqual({ model: 'no_data' });
    });
  });

  describe('the labels', () => {
    const only = { no_data: 'none', no_traffic: 'none', accuracy_age: 'none', label_coverage: {} };
    it.each<[string, string, string, number]>([
      ['are too few', 'unlabelled', 'breached', 0.1],
      ['are enough', 'labelled', 'clear', 0.5],
      ['do not arrive at all', 'healthy', 'breached', 0],
    ])('%s', async (_, model, verdict, expected) => {
      expect(await verdictsOf(client, model, only)).toEqual({ label_coverage: verdict });
      expect(await value(model, 'label_coverage', only)).toBeCloseTo(expected, 3);
    });
    it('are held against the predictions they belong to', async () => {
      const facts = { labelDelaySettledMs: DAY * 1000 };
      expect(await value('delayed', 'label_coverage', only, facts)).toBeCloseTo(0.5, 2);
      expect(await value('delayed', 'label_coverage', only)).toBeLessThan(0.25);
    });
  });

  it('knows the age of a model', async () => {
    const only = { no_data: 'none', no_traffic: 'none', accuracy_age: 'none' };
    expect(await verdictsOf(client, 'healthy', { ...only, model_age: '90d' })).toEqual({
      model_age: 'breached',
    });
    expect(await verdictsOf(client, 'healthy', { ...only, model_age: '100d' })).toEqual({
      model_age: 'clear',
    });
  });
});

describeWith(['prometheus'], 'staleness after an outage of Prometheus itself', () => {
  let client: PrometheusClient;
  beforeAll(async () => {
    client = await clientOf(OUTAGE);
  }, 60_000);
  const spec = { accuracy_age: 'none' };

  it.each<[string, number, object, object]>([
    ['knew before who was there', -DOWN, { no_data: 'breached' }, { no_data: 'clear' }],
    ['knows nobody when it is back, until it scrapes', -UP - 30, { model: 'no_data' }, { model: 'no_data' }],
    ['knows at once who is there, and not yet who is not', 0, { model: 'no_data' }, { no_data: 'clear' }],
    [
      'knows both once it has watched for long enough',
      20 * MINUTE,
      { no_data: 'breached' },
      { no_data: 'clear' },
    ],
  ])('%s', async (_, later, gone, back) => {
    const only = { no_traffic: 'none', accuracy_age: 'none' };
    expect(await verdictsOf(client, 'gone', only, NOW + later)).toEqual(gone);
    expect(await verdictsOf(client, 'back', only, NOW + later)).toEqual(back);
  });

  it('takes two scrapes without a request for no half hour of silence', async () => {
    expect(await verdictsOf(client, 'back', { ...spec, no_traffic: { unless_last_week_below: 0 } })).toEqual({
      no_data: 'clear',
      no_traffic: 'no_data',
    });
  });
});
