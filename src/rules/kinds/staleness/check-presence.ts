import { formatDuration } from '../../../schema/duration.js';
import { singleValue } from '../../read-samples.js';
import { type CheckInput, type Judgement, judgement, roughly, unknown } from './check.js';
import { memoryOf, WATCHED_PARTS } from './queries.js';
import type { NoTraffic } from './spec.js';

/**
 * `no_data`: the model is gone from Prometheus. One that was never there is unknown, not gone: its name may be mistyped,
 * or it is not deployed yet.
 */
export function checkPresence(limitMs: number, { samples, now }: CheckInput): Judgement {
  const recent = singleValue(samples['recent']);
  const lastSeen = singleValue(samples['last_seen']);
  if (recent === undefined && lastSeen === undefined) {
    const note = `model_prediction_requests_total was never seen within ${formatDuration(memoryOf(limitMs))}: is the name right, and is the model scraped?`;
    return unknown('no_data', note);
  }
  const silentMs = now.getTime() - (lastSeen ?? Number.NaN) * 1000;
  if (!Number.isFinite(silentMs) || Number.isNaN(recent))
    return unknown('no_data', 'Prometheus gave no usable number');
  const threshold = limitMs / 1000;
  if (recent !== undefined && recent > 0) {
    // What was seen is found in steps, so it can look a little older than it is.
    const value = Math.min(limitMs, Math.max(0, silentMs)) / 1000;
    return judgement('no_data', 'clear', { value, threshold });
  }
  const watched = singleValue(samples['watched']) ?? 0;
  if (!(watched >= WATCHED_PARTS)) {
    const note = `Prometheus did not scrape anything throughout the last ${formatDuration(limitMs)}, so it cannot tell who was there`;
    return unknown('no_data', note);
  }
  const value = Math.max(limitMs, silentMs) / 1000;
  const note = `not scraped for ${roughly(value * 1000)}`;
  return judgement('no_data', 'breached', { value, threshold, note });
}

/** `no_traffic`: nobody asks the model, at a time of the week at which it usually is asked. */
export function checkTraffic(
  { for: forMs, unless_last_week_below: needed }: NoTraffic,
  { samples }: CheckInput,
): Judgement {
  const span = formatDuration(forMs);
  const requests = singleValue(samples['requests']);
  if (requests === undefined) return unknown('no_traffic', `not scraped throughout the last ${span}`);
  if (!(requests >= 0)) return unknown('no_traffic', 'the requests are no usable number');
  if (requests > 0) return judgement('no_traffic', 'clear', { value: requests });
  const silence = `no requests in ${span}`;
  if (needed === 0) return judgement('no_traffic', 'breached', { value: 0, note: silence });

  const lastWeek = singleValue(samples['requests_last_week']);
  const quiet = (note: string, n?: number): Judgement =>
    judgement('no_traffic', 'insufficient_data', {
      value: 0,
      needed,
      ...(n === undefined ? {} : { n }),
      note: `${silence}; ${note}`,
    });
  if (lastWeek === undefined) return quiet('there is nothing from a week ago to compare with');
  if (!(lastWeek >= 0)) return unknown('no_traffic', 'the requests of a week ago are no usable number');
  const then = `${Math.round(lastWeek)} at the same time a week ago`;
  if (lastWeek < needed) return quiet(`${then}, so silence is usual`, lastWeek);
  const note = `${silence}; ${then}`;
  return judgement('no_traffic', 'breached', { value: 0, n: lastWeek, needed, note });
}
