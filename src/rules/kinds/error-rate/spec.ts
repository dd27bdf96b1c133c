import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { LabelName } from '../../label-name.js';
import { ProperShare, formatShare } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';

const Burn = z
  .strictObject({
    factor: z.number().gt(0).describe('how many times faster than the budget allows'),
    long: PositiveDuration,
    short: PositiveDuration,
  })
  .refine((burn) => burn.short < burn.long, {
    path: ['short'],
    error: 'expected short to be shorter than long',
  });
/** One burn-rate tier: windows and factor. */
export type Burn = z.output<typeof Burn>;

/** 2 % of a 30-day budget in one hour, 5 % of it in six; each confirmed by a window a twelfth as long. */
const DEFAULT_BURN = [
  { factor: 14.4, long: '1h', short: '5m' },
  { factor: 6, long: '6h', short: '30m' },
];

/** The value under `error_rate:`. */
export const ErrorRateSpec = z
  .strictObject({
    model: ModelField,
    where: WhereField,
    above: ProperShare.optional().describe('share of failed requests that is too much'),
    window: PositiveDuration.optional().describe('span of the requests counted with above; 10m unless given'),
    slo: ProperShare.optional().describe('share of requests that must succeed over 30 days, such as 99%'),
    burn: z
      .array(Burn)
      .min(1)
      .optional()
      .describe('pairs of windows for slo; 14.4×/1h/5m and 6×/6h/30m unless given'),
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
    } else {
      if (spec.window !== undefined) fail(['window'], 'window belongs to above; with slo, write burn');
      const budget = 1 - spec.slo;
      // An error rate cannot exceed 1, so a threshold of 1 or more is never passed.
      const dead = (spec.burn ?? DEFAULT_BURN).find((burn) => burn.factor * budget >= 1);
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
  .transform(({ burn, window, ...spec }) => ({
    ...spec,
    window: window ?? 600_000,
    burn: burn ?? DEFAULT_BURN.map((tier) => Burn.parse(tier)),
  }));
export type ErrorRateSpec = z.output<typeof ErrorRateSpec>;
