import type { PromQuery, Sample, SamplesByQuery } from '../prometheus/sample.js';
import { range, selector } from '../promql/selector.js';

/** Versions with a smaller share of the traffic are not judged. */
const MIN_TRAFFIC = 0.05;
const LONGEST_WINDOW_MS = 900_000;
const LONGEST_MEMORY_MS = 86_400_000;

/**
 * Requests per version over the last 15 minutes (over `windowMs` when that is shorter), and the versions seen within
 * a day, which tell a model that stopped from one that never said which versions serve.
 */
export function trafficQueries(
  labels: Readonly<Record<string, string>>,
  windowMs: number,
): readonly PromQuery[] {
  const series = `model_prediction_requests_total${selector(labels)}`;
  const window = Math.min(windowMs, LONGEST_WINDOW_MS);
  const memory = Math.min(96 * window, LONGEST_MEMORY_MS);
  return [
    { name: 'traffic', expr: `sum by (model_version) (increase(${series}${range(window)}))` },
    { name: 'seen', expr: `count by (model_version) (last_over_time(${series}${range(memory)}))` },
  ];
}

/** Which versions are worth judging; `all` when the metrics tell no versions apart. */
export type Serving = { readonly down: boolean; readonly versions: ReadonlySet<string> | 'all' };

/**
 * The versions that serve requests: those with at least 5 % of the traffic; while there is none, all that are still
 * scraped. `down`: the model was scraped within the last day and is not any more.
 */
export function servingVersions(samples: SamplesByQuery): Serving {
  const requests = countByVersion(samples['traffic'] ?? []);
  if (requests.size === 0) {
    return { down: countByVersion(samples['seen'] ?? []).size > 0, versions: 'all' };
  }
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
  const versions = [...requests]
    .filter(([, count]) => count >= MIN_TRAFFIC * total)
    .map(([version]) => version);
  return { down: false, versions: new Set(versions) };
}

function countByVersion(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { labels, value } of samples) {
    const version = labels['model_version'];
    if (!version) continue;
    counts.set(version, (counts.get(version) ?? 0) + (Number.isFinite(value) && value > 0 ? value : 0));
  }
  return counts;
}

/** Whether a version is judged; metrics without a version always are. */
export function isServing(version: string, serving: Serving): boolean {
  return version === '' || serving.versions === 'all' || serving.versions.has(version);
}
