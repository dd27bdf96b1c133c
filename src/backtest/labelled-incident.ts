import type { Episode } from './rule-record.js';

/** Trouble that people know there was. Unix milliseconds, both ends included. */
export interface LabelledIncident {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A rule that fired in a known incident. */
export interface Detection {
  readonly rule: string;
  /** From the beginning of the incident to the firing, in milliseconds; absent when it fired already and so told nothing new. */
  readonly delayMs?: number;
}

/** Whether and when an incident was noticed. */
export interface DetectedIncident extends LabelledIncident {
  /** One per rule that fired within it, the fastest first, those that fired already last. */
  readonly by: readonly Detection[];
}

/** What a rule is worth against known incidents. */
export interface Detector {
  /** Within how many incidents it began to fire. */
  readonly detected: number;
  /** Firing periods that lie outside of every known incident. */
  readonly falseAlarms: number;
}

/** A rule's firing periods. */
export interface RuleEpisodes {
  readonly rule: string;
  readonly episodes: readonly Episode[];
}

/**
 * Incidents written as `from/to` in RFC 3339, several divided by commas; an instant without a time zone is in UTC.
 * A text that is none is given back as `bad`.
 */
export function parseIncidents(text: string): readonly LabelledIncident[] | { readonly bad: string } {
  const incidents: LabelledIncident[] = [];
  for (const part of text.split(',')) {
    const [from, to, ...more] = part.trim().split('/').map(parseInstant);
    if (from === undefined || to === undefined || more.length > 0 || to <= from) return { bad: part.trim() };
    incidents.push({ fromMs: from, toMs: to });
  }
  return incidents.toSorted((a, b) => a.fromMs - b.fromMs);
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** Unix milliseconds of an RFC 3339 instant; seconds may be left out, and so may the zone: then it is UTC. */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text.trim());
  if (!match) return undefined;
  const zoned = match[1] !== undefined || !/[T ]/i.test(text.trim());
  const ms = Date.parse(text.trim().replace(' ', 'T') + (zoned ? '' : 'Z'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** Who noticed which incident, and when. */
export function detect(
  incidents: readonly LabelledIncident[],
  rules: readonly RuleEpisodes[],
): readonly DetectedIncident[] {
  return incidents.map((incident) => {
    const by = rules.flatMap(({ rule, episodes }): Detection[] => {
      const delays = episodes
        .filter((episode) => begins(episode, incident))
        .map(({ firedAt }) => firedAt.getTime());
      if (delays.length > 0) return [{ rule, delayMs: Math.min(...delays) - incident.fromMs }];
      return episodes.some((episode) => overlaps(episode, incident)) ? [{ rule }] : [];
    });
    return { ...incident, by: by.toSorted((a, b) => (a.delayMs ?? Infinity) - (b.delayMs ?? Infinity) || 0) };
  });
}

/** What one rule is worth. */
export function rateDetector(incidents: readonly LabelledIncident[], episodes: readonly Episode[]): Detector {
  return {
    detected: incidents.filter((incident) => episodes.some((episode) => begins(episode, incident))).length,
    falseAlarms: episodes.filter((episode) => !incidents.some((incident) => overlaps(episode, incident)))
      .length,
  };
}

function begins({ firedAt }: Episode, { fromMs, toMs }: LabelledIncident): boolean {
  return firedAt.getTime() >= fromMs && firedAt.getTime() <= toMs;
}

function overlaps({ firedAt, resolvedAt }: Episode, { fromMs, toMs }: LabelledIncident): boolean {
  return firedAt.getTime() <= toMs && (resolvedAt?.getTime() ?? Infinity) >= fromMs;
}
