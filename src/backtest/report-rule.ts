import { type LabelledIncident, rateDetector } from './labelled-incident.js';
import type { EpisodeReport, RuleReport } from './report.js';
import type { Episode } from './rule-record.js';
import type { RuleReplay } from './rule-replay.js';

const ALERT_STATES = new Set(['firing', 'pending', 'none', 'ok']);

/** What the replay of one rule came to; `name` tells it from the others, `end` is where its history ends. */
export function reportRule(
  { planned, record }: RuleReplay,
  name: string,
  incidents: readonly LabelledIncident[] | undefined,
  end: Date,
): RuleReport {
  const { rule, group, stepMs } = planned;
  const { episodes, slotsByState } = record;
  const stepSeconds = stepMs / 1000;
  const delays = episodes.map(({ activeAt, firedAt }) => (firedAt.getTime() - activeAt.getTime()) / 1000);
  const unwell = Object.entries(slotsByState).filter(
    ([state, slots]) => slots > 0 && !ALERT_STATES.has(state),
  );
  return {
    key: rule.key,
    name,
    file: group.file,
    group: group.name,
    alert: rule.alert,
    kind: rule.kind,
    query: rule.query,
    stepSeconds,
    fired: record.fired,
    firingSeconds: slotsByState.firing * stepSeconds,
    longestSeconds: Math.max(0, ...episodes.map((episode) => secondsOf(episode, end))),
    ...edges(episodes),
    ...(delays.length === 0 ? {} : { detectSeconds: { median: median(delays), max: Math.max(...delays) } }),
    averted: record.avertedCount,
    unwell: Object.fromEntries(unwell.map(([state, slots]) => [state, slots * stepSeconds])),
    ...(record.error === undefined ? {} : { error: record.error }),
    ...(incidents ? { detector: rateDetector(incidents, episodes) } : {}),
    episodes: episodes.map((episode) => reportEpisode(episode, end)),
  };
}

function reportEpisode(episode: Episode, end: Date): EpisodeReport {
  const { labels, activeAt, firedAt, resolvedAt, worst, evidence, summary } = episode;
  return {
    labels,
    activeAt: activeAt.toISOString(),
    firedAt: firedAt.toISOString(),
    ...(resolvedAt ? { resolvedAt: resolvedAt.toISOString() } : {}),
    seconds: secondsOf(episode, end),
    worst,
    ...(evidence ? { evidence } : {}),
    ...(summary === undefined ? {} : { summary }),
  };
}

function secondsOf({ firedAt, resolvedAt }: Episode, end: Date): number {
  return ((resolvedAt ?? end).getTime() - firedAt.getTime()) / 1000;
}

function edges(episodes: readonly Episode[]): { readonly firstAt?: string; readonly lastAt?: string } {
  const [first, last] = [episodes[0], episodes.at(-1)];
  return first && last ? { firstAt: first.firedAt.toISOString(), lastAt: last.firedAt.toISOString() } : {};
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2;
}
