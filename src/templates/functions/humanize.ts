import { formatFloatVerb } from '../fmt/format-number.js';

const ABOVE_ONE = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BELOW_ONE = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['', 'ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** Four significant digits and a metric prefix: 1234567 → `1.235M`, 0.0123 → `12.3m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
  return Math.abs(value) >= 1 ? scaledDown(value, 1000, ABOVE_ONE) : scaledUp(value);
}

/** Four significant digits and a binary prefix: 2048 → `2ki`. Nothing is scaled up. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return fourDigits(value);
  return scaledDown(value, 1024, BINARY);
}

/** Seconds as days, hours, minutes and seconds; below one second with a metric prefix: 93784 → `1d 2h 3m 4s`, 0.5 → `500ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return `${fourDigits(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = BigInt.asIntN(64, size < 2 ** 63 ? BigInt(Math.trunc(size)) : 2n ** 63n);
  const [s, m, h, d] = [whole % 60n, (whole / 60n) % 60n, (whole / 3600n) % 24n, whole / 86_400n];
  if (d !== 0n) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h !== 0n) return `${sign}${h}h ${m}m ${s}s`;
  if (m !== 0n) return `${sign}${m}m ${s}s`;
  return `${sign}${fourDigits(size)}s`;
}

/** A ratio in percent: 0.07812 → `7.812%`. */
export function humanizePercentage(ratio: number): string {
  return `${fourDigits(ratio * 100)}%`;
}

/** Go's `%.4g`. */
export function fourDigits(value: number): string {
  return formatFloatVerb(value, 'g', { precision: 4 });
}

function scaledDown(value: number, step: number, prefixes: readonly string[]): string {
  let index = 0;
  let scaled = value;
  for (; Math.abs(scaled) >= step && index < prefixes.length - 1; index++) scaled /= step;
  return fourDigits(scaled) + prefixes[index];
}

function scaledUp(value: number): string {
  let index = 0;
  let scaled = value;
  for (; Math.abs(scaled) < 1 && index < BELOW_ONE.length - 1; index++) scaled *= 1000;
  return fourDigits(scaled) + BELOW_ONE[index];
}
