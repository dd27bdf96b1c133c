import { Injectable } from '@nestjs/common';
import { PrometheusClient } from '../prometheus/prometheus.client.js';
import { PrometheusError, type Sample } from '../prometheus/sample.js';
import { type Measured, measuredFrom, verifyQueries } from './measured.js';

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
}
