import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onCleanup } from './cleanup.js';

type Labels = Readonly<Record<string, string>>;

/** An HTTP endpoint in Prometheus' text format whose series a test sets: a stand-in for a model server. */
export class MetricSource {
  /** While true, scrapes are answered with 503: `up` falls to 0 and the series go stale. */
  down = false;
  /** Called before each scrape is answered, with its number from 0: series that move from scrape to scrape. */
  beforeScrape: ((scrape: number) => void) | undefined;
  #scrapes = 0;
  readonly #series = new Map<string, number>();

  private constructor(private readonly server: Server) {}

  /** Listens on a free port. Ends with the tests of the file. */
  static async start(): Promise<MetricSource> {
    const server = createServer((_request, answer) => {
      source.beforeScrape?.(source.#scrapes++);
      answer.writeHead(source.down ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' });
      answer.end(source.down ? '' : source.text());
    });
    const source = new MetricSource(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => source.close());
    return source;
  }

  /** `host:port`, as a scrape target. */
  get target(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sets a series to a value, whatever it was. */
  set(name: string, labels: Labels, value: number): void {
    this.#series.set(seriesOf(name, labels), value);
  }

  /** Adds to a series, which begins at 0, as a counter does. */
  add(name: string, labels: Labels, amount = 1): void {
    const series = seriesOf(name, labels);
    this.#series.set(series, (this.#series.get(series) ?? 0) + amount);
  }

  /** Drops a series; it goes stale at the next scrape. */
  remove(name: string, labels: Labels): void {
    this.#series.delete(seriesOf(name, labels));
  }

  /** Drops every series. */
  clear(): void {
    this.#series.clear();
  }

  /** What a scrape sees. */
  text(): string {
    return [...this.#series].map(([series, value]) => `${series} ${formatValue(value)}\n`).join('');
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function seriesOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function formatValue(value: number): string {
  return String(value).replace('Infinity', 'Inf');
}
