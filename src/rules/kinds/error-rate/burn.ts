import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';

/** One burn-rate tier as written: two windows, the factor both must exceed, and how bad that is. */
export const Burn = z
  .strictObject({
    factor: z.number().gt(0).describe('how many times faster than the budget allows'),
    long: PositiveDuration.describe('window that says the burn matters'),
    short: PositiveDuration.describe('window that says the burn still goes on'),
    severity: z
      .enum(['critical', 'warning'])
      .default('critical')
      .describe('severity of the alert while no tier that is worse burns'),
  })
  .refine((burn) => burn.short < burn.long, {
    path: ['short'],
    error: 'expected short to be shorter than long',
  });
export type Burn = z.output<typeof Burn>;

const HOUR_MS = 3_600_000;

/**
 * Two pages and a ticket, each by the share of the budget that may go within its long window.
 * Source: Google, The Site Reliability Workbook, chapter 5; the short windows are a twelfth of the long ones.
 */
const DEFAULT_TIERS = [
  { share: 0.02, long: HOUR_MS, short: HOUR_MS / 12, severity: 'critical' },
  { share: 0.05, long: 6 * HOUR_MS, short: HOUR_MS / 2, severity: 'critical' },
  { share: 0.1, long: 72 * HOUR_MS, short: 6 * HOUR_MS, severity: 'warning' },
] as const;

/**
 * The tiers of `burn: default` for a budget over `periodMs`: a factor is share × period ÷ long window, 14.4, 6 and 1 for 30
 * days. For shorter periods a page whose factor falls below 1 is left out, since a budget that lasts is nothing to wake
 * anyone for; the ticket stays at 1 as long as its window fits into the period.
 */
export function defaultBurn(periodMs: number): readonly Burn[] {
  return DEFAULT_TIERS.flatMap(({ share, ...tier }) => {
    const factor = Number(((share * periodMs) / tier.long).toPrecision(12));
    if (factor >= 1) return [{ factor, ...tier }];
    return tier.severity === 'warning' && tier.long <= periodMs ? [{ factor: 1, ...tier }] : [];
  });
}
