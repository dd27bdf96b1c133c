import { z } from 'zod';

const UNITS: ReadonlyArray<readonly [unit: string, ms: number]> = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];
const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds of a Prometheus duration (`1h30m`, `0`), or undefined when the text is not one. Units in falling order, no fractions, no sign. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text === '' ? null : PATTERN.exec(text);
  if (!match) return undefined;
  return UNITS.reduce((sum, [, ms], index) => sum + Number(match[index + 1] ?? 0) * ms, 0);
}

/** The shortest Prometheus duration for `ms` (non-negative integer): 5400000 → `1h30m`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.round(ms);
  let text = '';
  for (const [unit, size] of UNITS) {
    // Years and weeks only when nothing is left over: 8d reads better as 8d than as 1w1d.
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** What was written, for an error: a list or a map is not repeated. */
const written = (input: unknown): string =>
  typeof input === 'object' ? 'a list or a map' : JSON.stringify(input);

/** A duration as an operator writes it; milliseconds once parsed. */
export const Duration = z
  .union([z.string(), z.number()], {
    error: ({ input }) =>
      input === undefined ? undefined : `expected a duration such as 5m, got ${written(input)}`,
  })
  .transform((input, context) => {
    const ms = parseDuration(String(input));
    if (ms !== undefined) return ms;
    context.addIssue({
      code: 'custom',
      message: `expected a duration such as 5m, got ${JSON.stringify(input)}`,
    });
    return z.NEVER;
  });

/** A duration longer than zero. */
export const PositiveDuration = Duration.refine((ms) => ms > 0, 'expected a duration longer than 0');
