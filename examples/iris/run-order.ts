import { z } from 'zod';

const Time = z.iso.datetime({ offset: true });
const TimeWindow = z.object({ from: Time, to: Time });

/** What the pipeline needs of a retraining request; the rest of the request is for people. */
export const RunOrder = z.object({
  correlationId: z.string().min(1),
  model: z.union([z.string().min(1), z.object({ name: z.string().min(1) }).transform(({ name }) => name)]),
  windows: z.object({ drifted: TimeWindow.optional(), training: TimeWindow.optional() }).optional(),
  /** Where to claim the run and to report its end; without it the run does neither. */
  callback: z.object({ url: z.url(), claimUrl: z.url().optional(), token: z.string().min(1) }).optional(),
});
export type RunOrder = z.infer<typeof RunOrder>;

/** Reads a request: a structured CloudEvents envelope or its data alone, keys in camelCase or snake_case. */
export function readRunOrder(body: unknown): z.ZodSafeParseResult<RunOrder> {
  const envelope = z.object({ specversion: z.string(), data: z.unknown() }).safeParse(body);
  return RunOrder.safeParse(camelKeys(envelope.success ? envelope.data.data : body));
}

function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelKeys(inner),
    ]),
  );
}
