import { z } from 'zod';

const Timestamp = z.iso
  .datetime({ offset: true, error: 'expected an RFC 3339 time such as 2026-03-01T18:00:00Z' })
  .transform((text) => new Date(text));

/** One condition of a silence as the API writes it. */
export const SilenceMatcher = z.object({
  name: z.string(),
  value: z.string(),
  isRegex: z.boolean(),
  /** False negates; absent means true, for clients older than negative matchers. */
  isEqual: z.boolean().default(true),
});
export type SilenceMatcher = z.infer<typeof SilenceMatcher>;

/**
 * A silence as a client posts it to Alertmanager's API v2; with an `id` it edits that silence. Clients send back what they
 * read, so unknown fields (`status`, `updatedAt`) are dropped rather than refused.
 */
export const NewSilence = z.object({
  /** Empty counts as absent. */
  id: z.string().optional(),
  matchers: z.array(SilenceMatcher),
  startsAt: Timestamp,
  endsAt: Timestamp,
  createdBy: z.string(),
  comment: z.string(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type NewSilence = z.infer<typeof NewSilence>;
