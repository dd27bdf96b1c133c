import { z } from 'zod';
import { PositiveDuration, formatDuration } from '../../../schema/duration.js';
import { LabelName } from '../../label-name.js';
import { ProperShare, formatShare } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';
import { Burn, defaultBurn } from './burn.js';

const TEN_MINUTES_MS = 600_000;
const THIRTY_DAYS_MS = 30 * 86_400_000;

/** The value under `error_rate:`. */
export const ErrorRateSpec = z
  .strictObject({
    model: ModelField,
    where: WhereField,
    above: ProperShare.optional().describe('share of failed requests that is too much'),
    window: PositiveDuration.optional().describe('span of the requests counted with above; 10m unless given'),
    slo: ProperShare.optional().describe('share of requests that must succeed over the period, such as 99%'),
    period: PositiveDuration.optional().describe('span of the error budget of slo; 30d unless given'),
    burn: z
      .union([z.literal('default'), z.array(Burn).min(1)])
      .optional()
      .describe(
        'pairs of windows for slo; default: 14.4×/1h/5m and 6×/6h/30m critical, 1×/3d/6h warning, for a period of 30d',
      ),
    exclude: z
      .record(LabelName, z.array(z.string()).min(1))
      .default({})
      .describe('errors that do not count, such as { error_type: [client_input] }'),
    errors_in_total: z
      .boolean()
      .default(true)
      .describe('whether the request counter counts failed requests too'),
    min_requests: CountField.default(50).describe(
      'requests needed before the rate is judged (slo: in the short window)',
    ),
    min_errors: CountField.default(5).describe('failed requests needed before the rule fires'),
  })
  .superRefine((spec, context) => {
    const fail = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if ((spec.above === undefined) === (spec.slo === undefined)) {
      fail([], 'expected exactly one of above and slo, such as above: 5%');
    } else if (spec.slo === undefined) {
      if (spec.burn) fail(['burn'], 'burn belongs to slo; with above, write window');
      if (spec.period !== undefined) fail(['period'], 'period belongs to slo; with above, write window');
    } else {
      if (spec.window !== undefined) fail(['window'], 'window belongs to above; with slo, write burn');
      const tiers = tiersOf(spec);
      if (tiers.length === 0) {
        const period = formatDuration(spec.period ?? THIRTY_DAYS_MS);
        const example = 'burn: [{ factor: 2, long: 1h, short: 5m }]';
        fail(['period'], `${period} is too short for the default windows: write ${example} or the like`);
      }
      const budget = 1 - spec.slo;
      // An error rate cannot exceed 1, so a threshold of 1 or more is never passed.
      const dead = tiers.find((burn) => burn.factor * budget >= 1);
      if (dead) {
        const least = formatShare(Math.ceil((1 - 1 / dead.factor) * 10_000 + 1e-9) / 10_000);
        fail(
          ['slo'],
          `a burn rate of ${dead.factor} against a budget of ${formatShare(budget)} needs more than 100% errors and ` +
            `can never fire: write slo: ${least} or more, or the plain form above: ${formatShare(budget)}`,
        );
      }
    }
  })
  .transform(({ burn, window, period, ...spec }) => ({
    ...spec,
    window: window ?? TEN_MINUTES_MS,
    period: period ?? THIRTY_DAYS_MS,
    burn: tiersOf({ burn, period }),
  }));
export type ErrorRateSpec = z.output<typeof ErrorRateSpec>;

function tiersOf(written: {
  readonly burn?: 'default' | readonly Burn[] | undefined;
  readonly period?: number | undefined;
}): readonly Burn[] {
  const { burn = 'default', period = THIRTY_DAYS_MS } = written;
  return burn === 'default' ? defaultBurn(period) : burn;
}
