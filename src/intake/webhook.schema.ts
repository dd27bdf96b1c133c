import { z } from 'zod';
import { isJsonObject } from './go-json.js';

// PostgreSQL stores neither; one such text must not keep the rest of its batch out.
const Text = z.string().refine((text) => !/\0|\p{Surrogate}/u.test(text), {
  error: 'expected text without NUL characters and halves of surrogate pairs',
});
/** Texts by name. Through a map, because records lose what is called `__proto__`. */
const Labels = z
  .preprocess(
    (value) => (isJsonObject(value) ? new Map(Object.entries(value)) : value),
    z.map(Text, Text, { error: 'expected texts by name' }),
  )
  .transform((texts): Readonly<Record<string, string>> => Object.fromEntries(texts));

/** The envelope of Alertmanager's webhook, version 4; alerts are checked one by one, so that a bad one spoils no batch. */
export const AlertmanagerWebhook = z.object({
  version: z.literal('4', { error: 'expected version "4" of the Alertmanager webhook' }),
  groupKey: z.string().optional(),
  truncatedAlerts: z.number().optional(),
  receiver: z.string().optional(),
  alerts: z.array(z.unknown(), { error: 'expected a list of alerts' }),
});
export type AlertmanagerWebhook = z.infer<typeof AlertmanagerWebhook>;

const Instant = z.iso.datetime({
  offset: true,
  error: 'expected an RFC 3339 time such as 2026-01-31T12:00:00Z',
});

/** One alert of the payload. A firing alert's `endsAt` is the zero time. */
export const ReceivedAlert = z.object({
  status: z.enum(['firing', 'resolved'], { error: 'expected firing or resolved' }),
  labels: Labels.refine(
    (labels) => Object.values(labels).some((value) => value !== ''),
    'expected at least one label',
  ),
  annotations: Labels.default({}),
  startsAt: Instant,
  endsAt: Instant.optional(),
  generatorURL: Text.optional(),
});
export type ReceivedAlert = z.infer<typeof ReceivedAlert>;
