import { beforeAll, expect, it } from '@jest/globals';
import { seededRandom } from '../../../examples/iris/random.js';
import { PrometheusClient } from '../../../src/prometheus/prometheus.client.js';
import type { Observation } from '../../../src/rules/kinds/kind.js';
import { describeWith } from '../../support/binaries.js';
import { onCleanup } from '../../support/cleanup.js';
import { startPrometheusWithPast } from '../../support/prometheus-past.js';
import { type AnsweredWindow, askWindows, judgeWindows, kindNamed, referenceOf } from './judge-windows.js';
import { type Clock, simulate, type Traffic, type World } from './simulated-traffic.js';

const SEED = 20_260_301;
const KINDS = ['drift', 'prediction_drift'];
/** Requests per window. */
const SIZES = [100, 200, 500, 1000];
/** At each instant as many windows as versions; each version has far more than the 5 % that make it worth judging. */
const VERSIONS = Array.from({ length: 12 }, (_, k) => `v${k + 1}`);
const QUIET_INSTANTS = 86;
const [BEFORE, AFTER] = [5, 20];
const REFERENCE_EVENTS = 2000;
const HOUR = 3600;
/** The default window of the kinds, scraped every half minute; `traffic` asks for the last quarter of an hour. */
const CLOCK: Clock = {
  start: 1_772_323_200,
  windowSeconds: 6 * HOUR,
  scrapeSeconds: 30,
  scrapes: [30, 6 * HOUR - 900, 6 * HOUR - 600, 6 * HOUR - 300, 6 * HOUR],
};

const BOUNDS = { size: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2], wait: [1, 2, 4, 8] };
/** A normal and a skewed input, and three classes. */
const USUAL: World = {
  features: {
    size: [0.0228, 0.044, 0.0918, 0.1499, 0.1915, 0.1915, 0.1499, 0.0918, 0.044, 0.0228],
    wait: [0.5, 0.25, 0.15, 0.07, 0.03],
  },
  classes: { setosa: 0.5, versicolor: 0.3, virginica: 0.2 },
};
/** The first input is larger by 0.3 of its standard deviation, and 15 % of the answers have moved to another class. */
const SHIFTED: World = {
  features: {
    ...USUAL.features,
    size: [0.0107, 0.0252, 0.0609, 0.1151, 0.1702, 0.1972, 0.1787, 0.1269, 0.0705, 0.0446],
  },
  classes: { setosa: 0.35, versicolor: 0.3, virginica: 0.35 },
};

const trafficOf = (name: string, perWindow: number, worlds: readonly World[]): Traffic => ({
  model: `${name}-${perWindow}`,
  versions: VERSIONS,
  perWindow,
  worlds,
  bounds: BOUNDS,
});
const repeat = (world: World, times: number): readonly World[] => Array.from({ length: times }, () => world);
const quiet = SIZES.map((n) => trafficOf('quiet', n, repeat(USUAL, QUIET_INSTANTS)));
const shifting = SIZES.map((n) =>
  trafficOf('shifting', n, [...repeat(USUAL, BEFORE), ...repeat(SHIFTED, AFTER)]),
);

/** `min_samples` is low, so that nothing but the statistics keeps small windows from firing. */
const specOf = (kind: string, { model }: Traffic, more: object = {}): unknown =>
  kindNamed(kind).Spec.parse({ model, min_samples: 50, ...more });
const share = (observations: readonly Observation[], matches: (one: Observation) => boolean): number =>
  observations.filter(matches).length / observations.length;
const fired = ({ verdict }: Observation): boolean => verdict === 'breached';
/** What a rule without statistics would do. */
const beyondThreshold = ({ value, evidence }: Observation): boolean =>
  value !== null && value > (evidence?.threshold ?? Infinity);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const print = (title: string, rows: readonly (readonly (string | number)[])[]): void => {
  process.stdout.write(`${title}\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`);
};

describeWith(['prometheus'], 'drift over real histograms in a real Prometheus', () => {
  const answers = new Map<string, readonly AnsweredWindow[]>();
  const answered = (kind: string, traffic: Traffic): readonly AnsweredWindow[] =>
    answers.get(`${kind} ${traffic.model}`) ?? [];

  beforeAll(async () => {
    const random = seededRandom(SEED);
    const all = [...quiet, ...shifting];
    const past = all.flatMap((traffic) => simulate(traffic, CLOCK, random));
    const { url } = await startPrometheusWithPast(past);
    const client = new PrometheusClient(url, 30_000);
    onCleanup(() => client.close());
    for (const traffic of all) {
      // A reference of its own for each instant: one that is unlucky would spoil every window alike.
      const references = traffic.worlds.map(() => referenceOf(traffic, USUAL, REFERENCE_EVENTS, random));
      for (const kind of KINDS) {
        const spec = specOf(kind, traffic);
        answers.set(
          `${kind} ${traffic.model}`,
          await askWindows(client, kindNamed(kind), spec, traffic, CLOCK, references),
        );
      }
    }
  }, 240_000);

  it.each(KINDS)(
    '%s: raises fewer than 1.5 %% false alarms where nothing changes',
    (kind) => {
      const measured = quiet.map((traffic) => {
        const judged = judgeWindows(
          kindNamed(kind),
          specOf(kind, traffic),
          traffic.model,
          answered(kind, traffic),
        );
        const floorAlone = specOf(kind, traffic, { above: 1e-6 });
        return {
          n: traffic.perWindow,
          windows: judged.length,
          rate: share(judged, fired),
          // Every distance matters to this rule: only the noise floor and the test keep it quiet.
          floor: share(
            judgeWindows(kindNamed(kind), floorAlone, traffic.model, answered(kind, traffic)),
            fired,
          ),
          naive: share(judged, beyondThreshold),
        };
      });
      print(
        `${kind}: requests per window, windows, false alarms, without a threshold, without the statistics`,
        measured.map(({ n, windows, rate, floor, naive }) => [
          n,
          windows,
          percent(rate),
          percent(floor),
          percent(naive),
        ]),
      );
      for (const { windows, rate } of measured) {
        expect(windows).toBeGreaterThanOrEqual(1000);
        expect(rate).toBeLessThan(0.015);
      }
      // Over all sizes: chance itself moves the rate of a thousand windows by a third of a percent either way.
      const pooled = measured.reduce((sum, { floor }) => sum + floor, 0) / measured.length;
      expect(pooled).toBeLessThan(0.015);
      // Otherwise quietness would prove nothing: the distances do pass the threshold by chance.
      expect(measured[0]?.naive).toBeGreaterThan(0.05);
    },
    120_000,
  );

  it.each(KINDS)(
    '%s: finds a shift',
    (kind) => {
      const measured = shifting.map((traffic) => {
        const judged = judgeWindows(
          kindNamed(kind),
          specOf(kind, traffic),
          traffic.model,
          answered(kind, traffic),
        );
        const delays = VERSIONS.map((version) => {
          const first = judged.find(
            (one) => one.labels['model_version'] === version && one.window >= BEFORE && fired(one),
          );
          return first ? first.window - BEFORE + 1 : Infinity;
        });
        return {
          n: traffic.perWindow,
          found: share(
            judged.filter(({ window }) => window >= BEFORE),
            fired,
          ),
          median: delays.toSorted((a, b) => a - b)[VERSIONS.length / 2] as number,
          worst: Math.max(...delays),
        };
      });
      print(
        `${kind}: requests per window, windows that find the shift, median and longest delay in windows`,
        measured.map(({ n, found, median, worst }) => [n, percent(found), median, worst]),
      );
      const largest = measured.at(-1);
      expect(largest?.found).toBeGreaterThan(0.95);
      expect(largest?.worst).toBeLessThanOrEqual(2);
    },
    120_000,
  );
});
