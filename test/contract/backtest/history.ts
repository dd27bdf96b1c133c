/** Distance of the samples, seconds. */
export const SCRAPE = 15;

/** A random number from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Four hours of one model and of a few gauges, as OpenMetrics text that ends at `endSeconds`: flapping values, a series that
 * comes and goes, a NaN, an outage of everything, a bad spell of the model in the second half.
 */
export function historyText(endSeconds: number, seed: number): string {
  const count = (4 * 3600) / SCRAPE;
  const instants = Array.from({ length: count }, (_, k) => endSeconds - (count - 1 - k) * SCRAPE);
  const down = (k: number): boolean => k > count * 0.3 && k < count * 0.36;
  const bad = (k: number): boolean => k > count * 0.55 && k < count * 0.8;
  const next = random(seed);
  const families: string[] = [];
  const family = (
    name: string,
    type: string,
    series: readonly (readonly [string, (k: number) => number | undefined])[],
  ) => {
    families.push(`# TYPE ${name} ${type}\n`);
    for (const [labels, value] of series) {
      for (const [k, at] of instants.entries()) {
        const sample = down(k) ? undefined : value(k);
        if (sample === undefined) continue;
        const text = Number.isNaN(sample) ? 'NaN' : String(sample);
        families.push(`${name}${type === 'counter' ? '_total' : ''}{${labels}} ${text} ${at}\n`);
      }
    }
  };
  const counter = (perScrape: (k: number) => number): ((k: number) => number) => {
    let total = 0;
    return (k) => (total += Math.max(0, Math.round(perScrape(k) * (0.5 + next()))));
  };

  family('load', 'gauge', [
    ['host="a"', () => next() * 10],
    ['host="b"', (k) => 5 + 4 * Math.sin(k / 12)],
    ['host="c"', (k) => (k % 90 < 50 ? 9 : undefined)],
    ['host="d"', (k) => (k % 70 === 3 ? Number.NaN : 6 + next())],
  ]);
  const model = 'model_name="iris",model_version="1"';
  family('model_prediction_requests', 'counter', [[model, counter(() => 60)]]);
  family('model_prediction_errors', 'counter', [
    ['model_name="iris",error_type="internal"', counter((k) => (bad(k) ? 20 : 0.4))],
  ]);
  family('model_labeled_predictions', 'counter', [
    [`${model},outcome="correct"`, counter((k) => (bad(k) ? 12 : 19))],
    [`${model},outcome="incorrect"`, counter((k) => (bad(k) ? 8 : 1))],
  ]);
  family(
    'predictions',
    'counter',
    ['a', 'b', 'c'].map((name, index) => [
      `${model},class="${name}"`,
      counter((k) => (bad(k) ? [6, 18, 36] : [20, 20, 20])[index] ?? 0),
    ]),
  );
  return `${families.join('')}# EOF\n`;
}
