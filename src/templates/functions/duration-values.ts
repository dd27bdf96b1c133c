import { INT64, Pointer, Scalar, type GoMethod, type GoType, type Value } from '../runtime/values.js';

const methods = new Map<string, GoMethod>();

/** A span of time; its value counts nanoseconds. */
export const DURATION: GoType = {
  name: 'time.Duration',
  kind: 'int',
  methods,
  text: (value) => formatNanoseconds(nanosecondsOf(value)),
};
const DURATION_POINTER: GoType = { name: '*time.Duration', kind: 'pointer', elem: DURATION };

/** Seconds as a duration. Beyond what 64 bits of nanoseconds hold, the smallest duration, as Go's conversion gives. */
export function durationFromSeconds(seconds: number): Pointer {
  const nanoseconds = seconds * 1e9;
  const fits = Math.abs(nanoseconds) < 2 ** 63;
  return new Pointer(DURATION_POINTER, durationOf(fits ? BigInt(Math.trunc(nanoseconds)) : -(2n ** 63n)));
}

/** A duration of so many nanoseconds. */
export function durationOf(nanoseconds: bigint): Scalar {
  return new Scalar(DURATION, BigInt.asIntN(64, nanoseconds));
}

/** The nanoseconds of a duration. */
export function nanosecondsOf(value: Value): bigint {
  return (value as Scalar).value as bigint;
}

/** Go's spelling: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatNanoseconds(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes % 60n}m${seconds}`;
}

/** A fixed-point number without trailing zeros. */
function decimal(size: bigint, places: number): string {
  const digits = size.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`;
}

function inUnits(unit: number): GoMethod {
  return { params: [], call: (duration) => Number(nanosecondsOf(duration)) / unit };
}

function inWhole(unit: bigint): GoMethod {
  return { params: [], call: (duration) => new Scalar(INT64, nanosecondsOf(duration) / unit) };
}

methods
  .set('Hours', inUnits(3600e9))
  .set('Minutes', inUnits(60e9))
  .set('Seconds', inUnits(1e9))
  .set('Milliseconds', inWhole(1_000_000n))
  .set('Microseconds', inWhole(1000n))
  .set('Nanoseconds', inWhole(1n))
  .set('String', { params: [], call: (duration) => formatNanoseconds(nanosecondsOf(duration)) })
  .set('Abs', {
    params: [],
    call: (duration) =>
      durationOf(nanosecondsOf(duration) < 0n ? -nanosecondsOf(duration) : nanosecondsOf(duration)),
  })
  .set('Truncate', {
    params: [DURATION],
    call: (duration, [unit]) => {
      const [size, step] = [nanosecondsOf(duration), nanosecondsOf(unit)];
      return step <= 0n ? duration : durationOf(size - (size % step));
    },
  });
