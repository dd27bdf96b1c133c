import { formatDuration } from '../schema/duration.js';

const UNITS: readonly number[] = [86_400_000, 3_600_000, 60_000, 1000];

/** A span for people, in its two largest units: 4d 20h, 35m, 0s. */
export function spanText(seconds: number): string {
  const ms = Math.round(seconds) * 1000;
  const largest = UNITS.findIndex((unit) => ms >= unit);
  // To the second largest unit; below that nobody looks.
  const unit = UNITS[Math.min(UNITS.length - 1, Math.max(0, largest) + 1)] ?? 1000;
  return formatDuration(Math.round(ms / unit) * unit).replaceAll(/(?<=[a-z])(?=\d)/g, ' ');
}

/** An instant for people, to the minute: 2026-03-01 10:00. In UTC. */
export function instantText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** A figure with four significant digits; `unknown` without one. */
export function figureText(value: number | null): string {
  return value === null ? 'unknown' : String(Number(value.toPrecision(4)));
}

/** A count for people: 950, 16.8k, 2.16M. */
export function countText(count: number): string {
  if (count < 10_000) return String(count);
  const [value, unit] = count < 1_000_000 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${Number(value.toPrecision(3))}${unit}`;
}

/** `1 run`, `2 runs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `not_sustained` as words. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

/** Labels as Prometheus writes them, without the alert's name. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
