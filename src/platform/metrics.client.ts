import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricSample } from './ports.js';

/** The registry behind /metrics. Each feature declares its own metrics here, with names that start with `retune_`. */
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'retune_' });
  }

  /** A counter; the name ends in `_total`. */
  counter<Name extends string = never>(name: string, help: string, labelNames: Name[] = []): Counter<Name> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge. */
  gauge<Name extends string = never>(name: string, help: string, labelNames: Name[] = []): Gauge<Name> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /**
   * What is measured only when somebody asks: its samples at that moment, or none when they cannot be read. A counter must
   * not fall but when the process starts.
   */
  measured(
    type: 'gauge' | 'counter',
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Promise<readonly MetricSample[]>,
  ): void {
    const collect = async function (this: Gauge | Counter): Promise<void> {
      const samples = await read().catch(() => []);
      this.reset();
      for (const { labels, value } of samples) this.inc(labels, value);
    };
    const Metric = type === 'gauge' ? Gauge : Counter;
    this.registry.registerMetric(
      new Metric({ name, help, labelNames: [...labelNames], registers: [], collect }),
    );
  }

  /** A histogram of seconds from 10 ms to 10 s. */
  seconds(name: string, help: string): Histogram {
    const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}
