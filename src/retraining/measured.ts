import type { PromQuery, Sample, SamplesByQuery } from '../prometheus/sample.js';
import { formatDuration } from '../schema/duration.js';
import type { Run } from './run.js';

/** What live metrics say about one version of a model. Counts are fractional, as Prometheus extrapolates them. */
export interface VersionMeasure {
  readonly version: string;
  /** Labelled predictions that were right, and all of them, over the window. */
  readonly correct: number;
  readonly total: number;
  /** Share of the model's requests, 0–1. */
  readonly traffic: number;
}

/** One look at all versions of a model. */
export interface Measured {
  readonly versions: readonly VersionMeasure[];
  /** When Prometheus was asked. */
  readonly at: Date;
}

/** A version with less of the traffic does not count as deployed. */
export const MIN_TRAFFIC_SHARE = 0.05;
const TRAFFIC_WINDOW_MS = 15 * 60_000;
const SHORTEST_WINDOW_MS = 5 * 60_000;

/**
 * What to ask about a model's versions: labelled predictions over `windowMs`, and requests over the last 15 minutes (over the window
 * when that is shorter). Read the answers with `measuredFrom`.
 */
export function verifyQueries(model: string, windowMs: number): readonly PromQuery[] {
  const name = `model_name=${JSON.stringify(model)}`;
  const range = `[${formatDuration(windowMs)}]`;
  const recent = `[${formatDuration(Math.min(windowMs, TRAFFIC_WINDOW_MS))}]`;
  const labeled = 'model_labeled_predictions_total';
  return [
    {
      name: 'correct',
      expr: `sum by (model_version) (increase(${labeled}{${name},outcome="correct"}${range}))`,
    },
    { name: 'total', expr: `sum by (model_version) (increase(${labeled}{${name}}${range}))` },
    {
      name: 'traffic',
      expr: `sum by (model_version) (rate(model_prediction_requests_total{${name}}${recent}))`,
    },
  ];
}

/**
 * The span that `verifyQueries` should look back over for a run now: since the end of its soak, at most the policy's window and at
 * least 5 minutes, so that the first labels of a version, which are its fast cases, stay out.
 */
export function verifySpanMs(run: Run, now: Date): number {
  const { soakMs, windowMs } = run.verify;
  if (!run.versionSeenAt) return windowMs;
  const settled = now.getTime() - run.versionSeenAt.getTime() - soakMs;
  return Math.max(SHORTEST_WINDOW_MS, Math.min(windowMs, Math.floor(settled / 1000) * 1000));
}

/** The answers to `verifyQueries` by version. Series without a version are left out; what is not a finite count counts as none. */
export function measuredFrom(samples: SamplesByQuery, at: Date): Measured {
  const [correct, total, traffic] = ['correct', 'total', 'traffic'].map((name) =>
    byVersion(samples[name] ?? []),
  );
  const all = [...(traffic?.values() ?? [])].reduce((sum, rate) => sum + rate, 0);
  const names = new Set([...(total?.keys() ?? []), ...(traffic?.keys() ?? [])]);
  const versions = [...names].map((version): VersionMeasure => {
    const n = total?.get(version) ?? 0;
    return {
      version,
      correct: Math.min(correct?.get(version) ?? 0, n),
      total: n,
      traffic: all > 0 ? (traffic?.get(version) ?? 0) / all : 0,
    };
  });
  return { versions, at };
}

/** The versions that have served lately: those a new one must not be among. */
export function knownVersions({ versions }: Measured): readonly string[] {
  return versions.map(({ version }) => version);
}

function byVersion(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of samples) {
    const version = labels['model_version'];
    if (!version) continue;
    sums.set(version, (sums.get(version) ?? 0) + (Number.isFinite(value) && value > 0 ? value : 0));
  }
  return sums;
}
