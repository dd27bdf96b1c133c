import { formatFloat } from '../fmt/format-float.js';
import {
  CallFailure,
  INT,
  INT64,
  Pointer,
  STRING,
  Scalar,
  Struct,
  UINT64,
  type GoMethod,
  type GoType,
  type Value,
} from '../runtime/values.js';
import { DURATION, durationOf, nanosecondsOf } from './duration-values.js';
import { MONTHS, WEEKDAYS, dayOfYear, formatTime } from './format-time.js';
import { UTC, zoneAt, type Zone } from './zones.js';

const SECOND = 1_000_000_000n;
const YEAR_ONE = -62_135_596_800n * SECOND;
const methods = new Map<string, GoMethod>();

/** A point in time; its fields are Go's: nanoseconds, seconds since the year 1, and the location, none for UTC. */
export const TIME: GoType = {
  name: 'time.Time',
  kind: 'struct',
  methods,
  text: formatDefault,
  goText: formatCall,
};
const LOCATION_POINTER: GoType = { name: '*time.Location', kind: 'pointer' };
const TIME_POINTER: GoType = { name: '*time.Time', kind: 'pointer', elem: TIME };
const MONTH = enumeration('time.Month', MONTHS, 1);
const WEEKDAY = enumeration('time.Weekday', WEEKDAYS, 0);

/** Seconds since 1970 as a point in time, cut to milliseconds. Fails where 64 bits of nanoseconds are not enough. */
export function timeFromSeconds(seconds: number): Pointer {
  if (!Number.isFinite(seconds)) throw new CallFailure('value is NaN or Inf');
  const nanoseconds = seconds * 1e9;
  if (Math.abs(nanoseconds) > 2 ** 63) {
    const shown = formatFloat(seconds, 'g', -1);
    throw new CallFailure(
      `${shown} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  }
  const milliseconds = BigInt.asIntN(64, BigInt(Math.trunc(nanoseconds))) / 1_000_000n;
  return new Pointer(TIME_POINTER, timeOf(milliseconds * 1_000_000n));
}

/** The text of a point in time made by {@link timeFromSeconds}. */
export function timeText(time: Pointer): string {
  return formatDefault(time.target);
}

function formatDefault(time: Value): string {
  return formatAs(time, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** A point in time, in the words of a Go layout and in its own time zone. */
export function formatAs(time: Value, layout: string): string {
  return formatTime(sinceEpoch(time), layout, zoneOf(time));
}

function locationOf(time: Value): string | undefined {
  return ((time as Struct).fields.get('loc') as Pointer).target as string | undefined;
}

function zoneOf(time: Value): Zone {
  const name = locationOf(time);
  return name === undefined ? UTC : zoneAt(name, sinceEpoch(time) / 1_000_000n);
}

/** A point in time of so many nanoseconds since 1970, shown in the time zone `location` (IANA), or in UTC. */
export function timeOf(nanoseconds: bigint, location?: string): Struct {
  const seconds = floorDivide(nanoseconds - YEAR_ONE, SECOND);
  const fields = new Map<string, Value>([
    ['wall', new Scalar(UINT64, nanoseconds - YEAR_ONE - seconds * SECOND)],
    ['ext', new Scalar(INT64, seconds)],
    ['loc', new Pointer(LOCATION_POINTER, location)],
  ]);
  return new Struct(TIME, fields);
}

/** Nanoseconds since 1970. */
export function sinceEpoch(time: Value): bigint {
  const { fields } = time as Struct;
  const part = (name: string): bigint => (fields.get(name) as Scalar).value as bigint;
  return YEAR_ONE + part('ext') * SECOND + part('wall');
}

/** The call that makes the time, as Go would write it. */
function formatCall(time: Value): string {
  const date = dateOf(time);
  const clock = [date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const month = `time.${MONTHS[date.getUTCMonth()]}`;
  const parts = [date.getUTCFullYear(), month, ...clock, date.getUTCMilliseconds() * 1_000_000, 'time.UTC'];
  return `time.Date(${parts.join(', ')})`;
}

function dateOf(time: Value): Date {
  const zone = zoneOf(time);
  return new Date(Number(floorDivide(sinceEpoch(time), 1_000_000n)) + zone.offsetSeconds * 1000);
}

function enumeration(name: string, names: readonly string[], first: number): GoType {
  return { name, kind: 'int', text: (value) => names[Number((value as Scalar).value) - first] ?? name };
}

function floorDivide(value: bigint, unit: bigint): bigint {
  return (value - (((value % unit) + unit) % unit)) / unit;
}

function part(read: (date: Date) => number): GoMethod {
  return { params: [], call: (time) => BigInt(read(dateOf(time))) };
}

function unix(unit: bigint): GoMethod {
  return { params: [], call: (time) => new Scalar(INT64, floorDivide(sinceEpoch(time), unit)) };
}

function comparison(holds: (a: bigint, b: bigint) => boolean): GoMethod {
  return { params: [TIME], call: (time, [other]) => holds(sinceEpoch(time), sinceEpoch(other)) };
}

function addDate(time: Value, [years, months, days]: readonly Value[]): Struct {
  const date = dateOf(time);
  const before = date.getTime();
  date.setUTCFullYear(
    date.getUTCFullYear() + Number(years),
    date.getUTCMonth() + Number(months),
    date.getUTCDate() + Number(days),
  );
  return timeOf(sinceEpoch(time) + BigInt(date.getTime() - before) * 1_000_000n, locationOf(time));
}

methods
  .set(
    'Year',
    part((date) => date.getUTCFullYear()),
  )
  .set('Month', { params: [], call: (time) => new Scalar(MONTH, BigInt(dateOf(time).getUTCMonth() + 1)) })
  .set(
    'Day',
    part((date) => date.getUTCDate()),
  )
  .set(
    'Hour',
    part((date) => date.getUTCHours()),
  )
  .set(
    'Minute',
    part((date) => date.getUTCMinutes()),
  )
  .set(
    'Second',
    part((date) => date.getUTCSeconds()),
  )
  .set(
    'Nanosecond',
    part((date) => date.getUTCMilliseconds() * 1_000_000),
  )
  .set('Weekday', { params: [], call: (time) => new Scalar(WEEKDAY, BigInt(dateOf(time).getUTCDay())) })
  .set('YearDay', part(dayOfYear))
  .set('Unix', unix(SECOND))
  .set('UnixMilli', unix(1_000_000n))
  .set('UnixMicro', unix(1000n))
  .set('UnixNano', unix(1n))
  .set('UTC', { params: [], call: (time) => timeOf(sinceEpoch(time)) })
  .set('Local', { params: [], call: (time) => time })
  .set('IsZero', { params: [], call: (time) => sinceEpoch(time) === YEAR_ONE })
  .set('String', { params: [], call: formatDefault })
  .set('Format', {
    params: [STRING],
    call: (time, [layout]) => formatAs(time, layout as string),
  })
  .set(
    'After',
    comparison((a, b) => a > b),
  )
  .set(
    'Before',
    comparison((a, b) => a < b),
  )
  .set(
    'Equal',
    comparison((a, b) => a === b),
  )
  .set('Add', {
    params: [DURATION],
    call: (time, [by]) => timeOf(sinceEpoch(time) + nanosecondsOf(by), locationOf(time)),
  })
  .set('AddDate', { params: [INT, INT, INT], call: addDate })
  .set('Sub', { params: [TIME], call: (time, [from]) => durationOf(sinceEpoch(time) - sinceEpoch(from)) })
  .set('Truncate', {
    params: [DURATION],
    call: (time, [unit]) => {
      const [at, step] = [sinceEpoch(time), nanosecondsOf(unit)];
      return step <= 0n ? time : timeOf(at - ((at - YEAR_ONE) % step), locationOf(time));
    },
  });
