import { compileTimeIntervals } from '../routing/mute-timing.js';
import type { TimeIntervalSpec } from '../routing/time-interval.schema.js';

const MINUTE_MS = 60_000;
/** How far ahead the end of a blackout is looked for. */
const LONGEST_LOOK_MS = 8 * 86_400_000;

interface Compiled {
  contains(instant: Date): boolean;
  /** The last answer: it holds for the whole stretch. */
  last?: { readonly from: number; readonly until: number };
}
const compiled = new WeakMap<readonly TimeIntervalSpec[], Compiled>();

/**
 * The first minute after `now` at which none of the intervals holds; undefined when none holds now. Looked for at most eight
 * days ahead: a blackout that lasts longer is answered with that day, and asked again then. Daylight saving is the zone's.
 */
export function blackoutUntil(intervals: readonly TimeIntervalSpec[], now: Date): Date | undefined {
  if (intervals.length === 0) return undefined;
  const windows = compile(intervals);
  const at = now.getTime();
  const { last } = windows;
  if (last && at >= last.from && at < last.until) return new Date(last.until);
  if (!windows.contains(now)) return undefined;
  const end = at + LONGEST_LOOK_MS;
  let minute = Math.floor(at / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  while (minute < end && windows.contains(new Date(minute))) minute += MINUTE_MS;
  windows.last = { from: at, until: minute };
  return new Date(minute);
}

function compile(intervals: readonly TimeIntervalSpec[]): Compiled {
  const known = compiled.get(intervals);
  if (known) return known;
  const name = 'blackout';
  const windows = compileTimeIntervals([{ name, time_intervals: [...intervals] }]).get(name) as Compiled;
  const made: Compiled = { contains: (instant) => windows.contains(instant) };
  compiled.set(intervals, made);
  return made;
}
