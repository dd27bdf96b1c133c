import { Injectable } from '@nestjs/common';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import { PrometheusError, type Sample } from '../prometheus/sample.js';
import { type Measured, measuredFrom, verifyQueries } from './measured.js';
import {
  type LabelsSince,
  type NewLabels,
  newLabelsFrom,
  newLabelsQuery,
  trainedAt,
  trainedAtQuery,
} from './new-labels.js';

/** Reads the live metrics of a model's versions. */
@Injectable()
export class ModelMeter {
  constructor(private readonly prometheus: PrometheusClient) {}

  /** One look at all versions over `windowMs`; undefined when Prometheus gives no answer, which never counts as good news. */
  async measure(model: string, windowMs: number, now: Date): Promise<Measured | undefined> {
    try {
      const answers = await Promise.all(
        verifyQueries(model, windowMs).map(async ({ name, expr }): Promise<[string, readonly Sample[]]> => {
          const { samples } = await this.prometheus.query(expr, now);
          return [name, samples];
        }),
      );
      return measuredFrom(Object.fromEntries(answers), now);
    } catch (error) {
      if (error instanceof PrometheusError) return undefined;
      throw error;
    }
  }

  /**
   * The labelled predictions since the version was trained: as its exporter dates that, else as of `madeAt`, when a run of ours made
   * it, else those of the version itself. Unknown when Prometheus gives no answer.
   */
  async newLabels(model: string, version: string, madeAt: Date | undefined, now: Date): Promise<NewLabels> {
    try {
      const dated = await this.prometheus.query(trainedAtQuery(model).expr, now);
      const at = trainedAt(dated.samples, version, now) ?? madeAt;
      if (!at && version === '') return { kind: 'unknown', why: 'nobody says when the model was trained' };
      const since: LabelsSince = at ? { kind: 'trained', at } : { kind: 'version', version };
      const { samples } = await this.prometheus.query(newLabelsQuery(model, since, now).expr, now);
      return newLabelsFrom(samples, since);
    } catch (error) {
      if (error instanceof PrometheusError) return { kind: 'unknown', why: 'Prometheus gives no answer' };
      throw error;
    }
  }
}
