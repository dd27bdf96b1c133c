import type { NumberRange } from './time-ranges.js';
import type { Route } from './route.js';
import type { TimeIntervals, TimeIntervalSpec } from './time-interval.schema.js';

/** A named set of times. */
export interface TimeInterval {
  readonly name: string;
  contains(instant: Date): boolean;
  /** What it was compiled from, for who shows it again. */
  readonly specs?: readonly TimeIntervalSpec[];
}

/** Intervals by their names, as routes refer to them. */
export type TimeIntervalsByName = ReadonlyMap<string, TimeInterval>;

/** Why a route is quiet: a mute interval holds, or it has active intervals and none of them does. */
export interface MutedBy {
  readonly kind: 'mute' | 'active';
  /** The names below in one text. */
  readonly name: string;
  /** Every mute interval that holds, or all active intervals of the route, none of which holds. */
  readonly names: readonly string[];
}

/** A moment on the wall clock and in the calendar of one place. */
interface LocalTime {
  readonly minuteOfDay: number;
  readonly day: number;
  /** 1 to 12. */
  readonly month: number;
  readonly year: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

function localClock(location: string): (instant: Date) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    ...(location === 'Local' ? {} : { timeZone: location === '' ? 'UTC' : location }),
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const field = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) as number;
    const [year, month, day] = [field('year'), field('month'), field('day')];
    return {
      minuteOfDay: field('hour') * 60 + field('minute'),
      day,
      month,
      year,
      weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    };
  };
}

const within = (value: number, { begin, end }: NumberRange): boolean => value >= begin && value <= end;

function dayMatches(range: NumberRange, { day, month, year }: LocalTime): boolean {
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const fromStart = (written: number): number => (written < 0 ? last + written + 1 : written);
  const begin = fromStart(range.begin);
  return begin <= last && day >= begin && day <= Math.min(fromStart(range.end), last);
}

function specMatches(spec: TimeIntervalSpec, time: LocalTime): boolean {
  return (
    (spec.times?.some(({ begin, end }) => time.minuteOfDay >= begin && time.minuteOfDay < end) ?? true) &&
    (spec.days_of_month?.some((range) => dayMatches(range, time)) ?? true) &&
    (spec.months?.some((range) => within(time.month, range)) ?? true) &&
    (spec.weekdays?.some((range) => within(time.weekday, range)) ?? true) &&
    (spec.years?.some((range) => within(time.year, range)) ?? true)
  );
}

/** Intervals as they run. Zones follow Node's IANA data, daylight saving included; without a `location` the clock is UTC. */
export function compileTimeIntervals(intervals: TimeIntervals): TimeIntervalsByName {
  return new Map(
    intervals.map(({ name, time_intervals: specs = [] }) => {
      const tests = specs.map((spec) => {
        const clock = localClock(spec.location ?? '');
        return (instant: Date): boolean => specMatches(spec, clock(instant));
      });
      return [name, { name, specs, contains: (instant) => tests.some((test) => test(instant)) }];
    }),
  );
}

const because = (kind: MutedBy['kind'], names: readonly string[]): MutedBy => ({
  kind,
  name: names.join(', '),
  names,
});

/**
 * Whether the time keeps a route quiet. Active intervals are asked first, then mute intervals. A name that is not defined
 * mutes nothing: an alert too many is better than one lost, and the settings refuse such a name anyway.
 */
export function mutedBy(
  route: Pick<Route, 'muteTimeIntervals' | 'activeTimeIntervals'>,
  intervals: TimeIntervalsByName,
  now: Date,
): MutedBy | undefined {
  const holds = (name: string): boolean => intervals.get(name)?.contains(now) ?? false;
  const active = route.activeTimeIntervals.filter((name) => intervals.has(name));
  if (active.length > 0 && !active.some(holds)) return because('active', active);
  const muting = route.muteTimeIntervals.filter(holds);
  return muting.length > 0 ? because('mute', muting) : undefined;
}
