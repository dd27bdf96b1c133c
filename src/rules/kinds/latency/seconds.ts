import { z } from 'zod';
import { parseDuration } from '../../../schema/duration.js';

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60 };
const DECIMAL = /^(\d+(?:\.\d+)?|\.\d+)(ms|s|m)?$/;

/**
 * The seconds that `0.25s`, `250ms`, a bare `0.25` or a Prometheus duration (`1m30s`) stands for; undefined when the text
 * is none of them. Buckets end at fractions of a second, which Prometheus' own durations cannot say.
 */
export function parseSeconds(text: string): number | undefined {
  const [, number, unit = 's'] = DECIMAL.exec(text) ?? [];
  // Rounded so that 0.3ms is the same double as 0.0003.
  if (number !== undefined) return Number((Number(number) * (UNITS[unit] as number)).toPrecision(15));
  const ms = parseDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}

/** `0.25s`, to six significant digits. */
export function formatSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(6))}s`;
}

/** A time above 0 as an operator writes it; seconds once parsed. */
export const Seconds = z.union([z.string(), z.number()]).transform((input, context) => {
  const seconds = parseSeconds(String(input));
  if (seconds !== undefined && seconds > 0) return seconds;
  context.addIssue({
    code: 'custom',
    message: `expected a time above 0 such as 0.25s or 250ms, got ${JSON.stringify(input)}`,
  });
  return z.NEVER;
});
