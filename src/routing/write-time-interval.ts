import type { TimeIntervalSpec } from './time-interval.schema.js';
import type { NumberRange } from './time-ranges.js';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function rangeText({ begin, end }: NumberRange, nameOf: (value: number) => string): string {
  return begin === end ? nameOf(begin) : `${nameOf(begin)}:${nameOf(end)}`;
}

/** One entry of an interval as an operator writes it; reads back as the same. */
export function writeTimeInterval(spec: TimeIntervalSpec): object {
  const numbers = (ranges: readonly NumberRange[]): string[] =>
    ranges.map((range) => rangeText(range, String));
  return {
    ...(spec.times && {
      times: spec.times.map(({ begin, end }) => ({ start_time: clock(begin), end_time: clock(end) })),
    }),
    ...(spec.weekdays && {
      weekdays: spec.weekdays.map((range) => rangeText(range, (day) => WEEKDAYS[day] as string)),
    }),
    ...(spec.days_of_month && { days_of_month: numbers(spec.days_of_month) }),
    ...(spec.months && { months: numbers(spec.months) }),
    ...(spec.years && { years: numbers(spec.years) }),
    ...(spec.location !== undefined && { location: spec.location }),
  };
}
