import type { Random } from '../../../examples/iris/random.js';
import type { PastSeries } from '../../support/prometheus-past.js';

/** How the answers of a model to one request are distributed. */
export interface World {
  /** Share of each bucket of a feature, by feature; the last bucket is that beyond the last bound. */
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly classes: Readonly<Record<string, number>>;
}

/** What a model is asked over time, in windows of equal length that follow each other. */
export interface Traffic {
  readonly model: string;
  readonly versions: readonly string[];
  /** Requests of a version in a window, on average; they arrive by chance. */
  readonly perWindow: number;
  /** The world of each window. */
  readonly worlds: readonly World[];
  /** Finite upper bounds of the buckets of each feature. */
  readonly bounds: Readonly<Record<string, readonly number[]>>;
}

/** When the windows are, and which of their scrapes are kept. */
export interface Clock {
  /** Unix seconds of the beginning of the first window. */
  readonly start: number;
  readonly windowSeconds: number;
  /** Seconds between two scrapes, of which the windows are multiples. */
  readonly scrapeSeconds: number;
  /**
   * Seconds after the beginning of a window, in rising order, the last at its end. `increase()` reads the first and the last
   * scrape of its span and nothing in between, as long as no counter starts anew: the others need not exist.
   */
  readonly scrapes: readonly number[];
}

/** A number of events that arrive by chance, `mean` on average: Poisson's distribution, by Knuth's product of uniform draws. */
export function poisson(mean: number, random: Random): number {
  // In parts, for e^−mean must be a number above 0.
  if (mean > 500) return poisson(500, random) + poisson(mean - 500, random);
  const floor = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > floor; product *= 1 - random()) count += 1;
  return count;
}

/** Draws a place of a list of shares that add up to 1. */
export function draw(shares: readonly number[], random: Random): number {
  let rest = random();
  for (const [place, share] of shares.entries()) {
    rest -= share;
    if (rest < 0) return place;
  }
  return shares.length - 1;
}

/** Counts of `events` draws. */
export function sample(shares: readonly number[], events: number, random: Random): number[] {
  const counts = shares.map(() => 0);
  for (let event = 0; event < events; event += 1) {
    const place = draw(shares, random);
    counts[place] = (counts[place] as number) + 1;
  }
  return counts;
}

/** A counter that is scraped while it grows. */
class Counter {
  readonly #samples: [number, number][] = [];
  #value = 0;

  constructor(
    private readonly name: string,
    private readonly labels: Readonly<Record<string, string>>,
  ) {}

  add(events: number): void {
    this.#value += events;
  }

  scrape(at: number): void {
    this.#samples.push([at, this.#value]);
  }

  get series(): PastSeries {
    return { name: this.name, labels: this.labels, samples: this.#samples };
  }
}

/** The counters of one version; every series begins at 0 one window before the first. */
class VersionCounters {
  private readonly requests: Counter;
  private readonly classes: ReadonlyMap<string, Counter>;
  private readonly buckets: ReadonlyMap<string, readonly Counter[]>;

  constructor({ model, worlds: [world], bounds }: Traffic, version: string) {
    const labels = { model_name: model, model_version: version };
    this.requests = new Counter('model_prediction_requests_total', labels);
    this.classes = new Map(
      Object.keys(world?.classes ?? {}).map((name) => [
        name,
        new Counter('predictions_total', { ...labels, class: name }),
      ]),
    );
    this.buckets = new Map(
      Object.entries(bounds).map(([feature, upper]) => [
        feature,
        [...upper.map(String), '+Inf'].map(
          (le) => new Counter('model_feature_value_bucket', { ...labels, feature, le }),
        ),
      ]),
    );
  }

  /** Requests are spread evenly over the versions, so that all of them serve at every instant. */
  serve(requests: number): void {
    this.requests.add(requests);
  }

  /** `events` predictions in a world. Buckets are cumulative: a value counts in its own and in all larger ones. */
  answer(events: number, world: World, random: Random): void {
    const classes = sample(Object.values(world.classes), events, random);
    [...this.classes.values()].forEach((counter, k) => counter.add(classes[k] ?? 0));
    for (const [feature, counters] of this.buckets) {
      let below = 0;
      sample(world.features[feature] ?? [], events, random).forEach((count, k) => {
        below += count;
        counters[k]?.add(below);
      });
    }
  }

  get counters(): readonly Counter[] {
    return [this.requests, ...this.classes.values(), ...[...this.buckets.values()].flat()];
  }
}

/** The series of a model as a Prometheus would hold them. Versions are asked independently of each other. */
export function simulate(traffic: Traffic, clock: Clock, random: Random): readonly PastSeries[] {
  const [first] = traffic.worlds;
  if (!first) return [];
  const worlds = [first, ...traffic.worlds]; // a window to warm up
  return traffic.versions.flatMap((version) => {
    const asked = new VersionCounters(traffic, version);
    const { counters } = asked;
    worlds.forEach((world, window) => {
      const begin = clock.start + (window - 1) * clock.windowSeconds;
      if (window === 0) counters.forEach((counter) => counter.scrape(begin));
      let before = 0;
      for (const scrape of clock.scrapes) {
        const part = (scrape - before) / clock.windowSeconds;
        asked.serve(traffic.perWindow * part);
        asked.answer(poisson(traffic.perWindow * part, random), world, random);
        counters.forEach((counter) => counter.scrape(begin + scrape));
        before = scrape;
      }
    });
    return counters.map(({ series }) => series);
  });
}
