import type { Alert } from '../alerts/alert.js';
import { fingerprint } from '../alerts/fingerprint.js';
import type { Labels } from '../alerts/labels.js';
import type { PostedAlert } from './posted-alert.js';

/** With less than this left, an end is stored before the sender is answered: it must not pass while it waits; milliseconds. */
const NEAR_MS = 5000;

/** What a process remembers of a received alert that it stored or saw firing, to know a mere repetition. Times in Unix ms. */
export interface KnownAlert {
  readonly episode: string;
  readonly activeAt: number;
  readonly endsAt: number;
  readonly endAssumed: boolean;
  /** Hash of what the alert shows. */
  readonly content: string;
}

/** What is remembered of an alert as it is stored; undefined when any post of it may change it. */
export function knownOf(alert: Alert): KnownAlert | undefined {
  if (alert.state !== 'firing' || !alert.endsAt) return undefined;
  return {
    episode: alert.episode,
    activeAt: alert.activeAt.getTime(),
    endsAt: alert.endsAt.getTime(),
    endAssumed: alert.endAssumed ?? false,
    content: contentOf(alert),
  };
}

/**
 * Whether a post changes nothing but the end, which moves on: the same firing period, text and kind of end, as `receivePosted`
 * would find. A sender repeats itself each minute, and each time almost every alert is one of these.
 */
export function isRepetition(
  known: KnownAlert | undefined,
  posted: PostedAlert,
  now: Date,
): known is KnownAlert {
  if (!known || known.endsAt - now.getTime() < NEAR_MS) return false;
  const [startsAt, endsAt] = [posted.startsAt.getTime(), posted.endsAt.getTime()];
  const samePeriod = startsAt === known.activeAt || (startsAt > known.activeAt && startsAt < known.endsAt);
  return (
    samePeriod &&
    endsAt >= known.endsAt &&
    posted.endAssumed === known.endAssumed &&
    contentOf(posted) === known.content
  );
}

/** Annotations and link in one hash; no annotation has the name that stands for the link. */
function contentOf({
  annotations,
  generatorUrl,
}: {
  readonly annotations: Labels;
  readonly generatorUrl?: string;
}): string {
  return fingerprint(generatorUrl ? { ...annotations, '\0': generatorUrl } : annotations);
}
