import { z } from 'zod';
import { PositiveDuration } from '../../../schema/duration.js';
import { ProperShare } from '../../share.js';
import { CountField, ModelField, WhereField } from '../common-fields.js';
import { Seconds } from './seconds.js';

/** The value under `latency:`. `under` is in seconds once parsed. */
export const LatencySpec = z.strictObject({
  model: ModelField,
  where: WhereField,
  under: Seconds.prefault('1s').describe('time that is quick enough, such as 0.25s; a bound of the buckets'),
  share: ProperShare.prefault('95%').describe('share of the requests that must be that quick'),
  window: PositiveDuration.prefault('10m').describe('span of the requests counted'),
  min_requests: CountField.default(50).describe('requests needed before the share is judged'),
});
export type LatencySpec = z.output<typeof LatencySpec>;
