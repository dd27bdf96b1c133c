import type { PromQuery, Sample, SamplesByQuery } from '../prometheus/sample.js';
import { range, selector } from '../promql/selector.js';

/** What makes a version worth judging: its share of the requests over the last `windowMs`. */
export interface ActiveVersion {
  /** 0…1; versions with a smaller share are not judged. */
  readonly minTraffic: number;
  readonly windowMs: number;
}

/** 5 % of the requests of 15 minutes. */
export const DEFAULT_ACTIVE_VERSION: ActiveVersion = { minTraffic: 0.05, windowMs: 900_000 };

/** A model as far as it says which of its versions are worth judging. */
interface Model {
  readonly activeVersion?: ActiveVersion;
}

const LONGEST_MEMORY_MS = 86_400_000;

/**
 * Requests per version over the model's window (over `windowMs` when that is shorter), and the versions seen within a
 * day, which tell a model that stopped from one that never said which versions serve.
 */
export function trafficQueries(
  labels: Readonly<Record<string, string>>,
  windowMs: number,
  { activeVersion = DEFAULT_ACTIVE_VERSION }: Model = {},
): readonly PromQuery[] {
  const series = `model_prediction_requests_total${selector(labels)}`;
  const window = Math.min(windowMs, activeVersion.windowMs);
  const memory = Math.max(window, Math.min(96 * window, LONGEST_MEMORY_MS));
  return [
    { name: 'traffic', expr: `sum by (model_version) (increase(${series}${range(window)}))` },
    { name: 'seen', expr: `count by (model_version) (last_over_time(${series}${range(memory)}))` },
  ];
}

/** Which versions are worth judging; `all` when the metrics tell no versions apart. */
export type Serving = { readonly down: boolean; readonly versions: ReadonlySet<string> | 'all' };

/**
 * The versions that serve requests: those with the model's share of the traffic, 5 % unless it says otherwise; while there
 * is no traffic, all that are still scraped. `down`: the model was scraped within the last day and is not any more.
 */
export function servingVersions(
  samples: SamplesByQuery,
  { activeVersion = DEFAULT_ACTIVE_VERSION }: Model = {},
): Serving {
  const requests = countByVersion(samples['traffic'] ?? []);
  if (requests.size === 0) {
    return { down: countByVersion(samples['seen'] ?? []).size > 0, versions: 'all' };
  }
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
  const versions = [...requests]
    .filter(([, count]) => count >= activeVersion.minTraffic * total)
    .map(([version]) => version);
  return { down: false, versions: new Set(versions) };
}

/** The versions that serve and that answered something: without traffic, none. */
export function busyVersions(samples: SamplesByQuery, model: Model = {}): ReadonlySet<string> {
  const { versions } = servingVersions(samples, model);
  if (versions === 'all') return new Set();
  const requests = countByVersion(samples['traffic'] ?? []);
  return new Set([...versions].filter((version) => (requests.get(version) ?? 0) > 0));
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
