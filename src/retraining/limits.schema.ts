import { z } from 'zod';
import { TimeIntervalSpec } from '../routing/time-interval.schema.js';
import { PositiveDuration } from '../schema/duration.js';

const Cost = (what: string) =>
  z.number().positive(`expected ${what} above 0, in the unit of the model's cost_per_run`);

/** What runs may cost in a rolling period: their number, and if wanted their cost. */
export const Budget = z.strictObject({
  runs: z.int().min(1).default(4).describe('most runs in the period'),
  cost: Cost('a cost').optional().describe('most that runs may cost in the period; needs cost_per_run'),
  per: PositiveDuration.prefault('30d').describe('length of the rolling period'),
});

/** What one run of the policy is taken to cost until its pipeline says what it did cost. */
export const CostPerRun = Cost('a cost');

/** What has to be there before a run is worth its cost. */
export const Require = z.strictObject({
  new_labels: z
    .int()
    .min(1, 'expected at least 1 label, or no require at all')
    .optional()
    .describe('labelled predictions that arrived since the running version was trained'),
});

/** How runs share machines, and what becomes of a reason to train while a run is active. */
export const Concurrency = z
  .strictObject({
    group: z
      .string()
      .min(1, 'expected a name, got an empty text')
      .optional()
      .describe('shared by policies of several models'),
    limit: z.int().min(1).default(1).describe('most runs of the group at a time'),
    on_conflict: z
      .enum(['hold', 'coalesce'], { error: 'expected hold or coalesce' })
      .default('hold')
      .describe('coalesce: an alert that comes while a run is active becomes a reason of that run'),
  })
  .refine(({ group, limit }) => group !== undefined || limit === 1, {
    path: ['limit'],
    error: 'expected a group with this limit: a model by itself has one active run, always',
  });

/** Who has to agree to a run of mode `approve`, and how soon. */
export const Approval = z
  .strictObject({
    by: z
      .array(z.string().min(1).max(200))
      .min(1, 'expected at least one name, or no by: then anybody may approve')
      .refine((names) => new Set(names).size === names.length, { error: 'expected each name once' })
      .optional()
      .describe('names that may approve; anybody unless given'),
    count: z.int().min(1).default(1).describe('how many different people have to'),
    not_requester: z.boolean().default(true).describe('whoever asked for the run does not count'),
    timeout: PositiveDuration.prefault('8h').describe('then the run expires'),
  })
  .refine(({ by, count }) => by === undefined || by.length >= count, {
    path: ['count'],
    error: (issue) => {
      const { by, count } = issue.input as { by: readonly string[]; count: number };
      return `expected at most ${by.length}, the number of names in by, got ${count}: nobody could ever approve a run`;
    },
  });

/** When no run may start: as `time_intervals` of routes, each with a time zone of its own in `location`. */
export const Blackout = z.array(TimeIntervalSpec);
