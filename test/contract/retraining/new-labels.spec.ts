import { beforeAll, expect, it } from '@jest/globals';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import { ModelMeter } from '../../../src/retraining/model-meter.client.js';
import { describeWith } from '../../support/binaries.js';
import { freePort } from '../../support/free-port.js';
import { type PastSeries, startPrometheusWithPast } from '../../support/prometheus-past.js';

const NOW = new Date('2026-03-10T12:00:00Z');
const MINUTE = 60;
const DAY = 86_400;
const now = NOW.getTime() / 1000;

/** A counter that grows by `perMinute` each minute of the last so many days. */
function counter(model: string, version: string, days: number, perMinute: number): PastSeries {
  return {
    name: 'model_labeled_predictions_total',
    labels: { model_name: model, model_version: version, outcome: 'correct' },
    samples: Array.from({ length: (days * DAY) / MINUTE + 1 }, (_, n) => [
      now - days * DAY + n * MINUTE,
      1000 + n * perMinute,
    ]),
  };
}
const trained = (model: string, version: string, daysAgo: number): PastSeries => ({
  name: 'model_trained_timestamp_seconds',
  labels: { model_name: model, model_version: version },
  samples: [
    [now - MINUTE, now - daysAgo * DAY],
    [now, now - daysAgo * DAY],
  ],
});

describeWith(['prometheus'], 'new labels, as Prometheus counts them', () => {
  let meter: ModelMeter;
  beforeAll(async () => {
    const { url } = await startPrometheusWithPast([
      counter('dated', '6', 3, 1),
      counter('dated', '7', 3, 2),
      trained('dated', '6', 3),
      trained('dated', '7', 1),
      counter('undated', '6', 3, 1),
      counter('undated', '7', 1, 2),
    ]);
    meter = new ModelMeter(new PrometheusClient(url, 30_000));
  }, 60_000);

  const count = async (model: string, version: string, madeAt?: Date): Promise<number> => {
    const labels = await meter.newLabels(model, version, madeAt, NOW);
    if (labels.kind !== 'counted') throw new Error(JSON.stringify(labels));
    return labels.count;
  };
  /** Prometheus extrapolates to the ends of a range. */
  const about = (found: number, expected: number): void =>
    expect(Math.abs(found - expected) / expected).toBeLessThan(0.01);

  it('are those of every version since the running one was trained', async () => {
    about(await count('dated', '7'), 3 * 1440);
  });

  it('are counted from the youngest training where the alerts name no version', async () => {
    about(await count('dated', ''), 3 * 1440);
  });

  it('are counted from the end of our own pipeline where no exporter dates the training', async () => {
    about(await count('undated', '7', new Date(NOW.getTime() - 0.5 * DAY * 1000)), 3 * 720);
  });

  it('are those of the version itself where nobody dates it', async () => {
    about(await count('undated', '7'), 2 * 1440);
  });

  it('are none for a model that Prometheus does not know', async () => {
    expect(await count('stranger', '1')).toBe(0);
  });

  it('are unknown without a date and a version, and while Prometheus is away', async () => {
    expect(await meter.newLabels('undated', '', undefined, NOW)).toEqual({
      kind: 'unknown',
      why: 'nobody says when the model was trained',
    });
    const away = new ModelMeter(new PrometheusClient(`http://127.0.0.1:${await freePort()}`, 2000));
    expect(await away.newLabels('dated', '7', undefined, NOW)).toEqual({
      kind: 'unknown',
      why: 'Prometheus gives no answer',
    });
  });
});
