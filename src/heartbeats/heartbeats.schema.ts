import { z } from 'zod';
import { formatDuration, PositiveDuration } from '../schema/duration.js';
import { CLASSIC_LABEL_NAME } from '../routing/label-name.js';
import { matcherList } from '../routing/route.schema.js';

/** What sends more often tells nobody more, and what is looked for more often is not looked for exactly. */
const SHORTEST_MS = 10_000;

const Span = PositiveDuration.refine(
  (ms) => ms >= SHORTEST_MS,
  `expected at least ${formatDuration(SHORTEST_MS)}`,
);

const NAME = z.string().min(1, 'expected a name, got an empty text');

/** A sign of life to a receiver: whoever misses it knows that Retune, its database or the way out of here is dead. */
const SentHeartbeat = z.strictObject({
  receiver: NAME,
  interval: Span,
});

/** An alert that always fires elsewhere: when it stops coming, so do all others of its sender. */
const ExpectedHeartbeat = z.strictObject({
  name: NAME,
  matchers: matcherList('fallback').refine(
    (matchers) => matchers.length > 0,
    'expected at least one matcher, such as \'alertname="Watchdog"\'',
  ),
  within: Span,
  labels: z
    .record(
      z
        .string()
        .regex(
          CLASSIC_LABEL_NAME,
          'expected a label name of letters, digits and _, not beginning with a digit',
        )
        .refine(
          (name) => name !== 'alertname' && name !== 'heartbeat',
          'expected another name: this label says which heartbeat is missing',
        ),
      z.string(),
    )
    .default({}),
});

/** What stands under `heartbeats:`; durations in milliseconds, matchers parsed. */
export const Heartbeats = z.strictObject({
  send: z.array(SentHeartbeat).default([]),
  expect: z.array(ExpectedHeartbeat).default([]),
});
export type Heartbeats = z.output<typeof Heartbeats>;
/** One of {@link Heartbeats}' `send`; its interval in milliseconds. */
export type SentHeartbeat = Heartbeats['send'][number];
/** One of {@link Heartbeats}' `expect`; its span in milliseconds, its matchers parsed. */
export type ExpectedHeartbeat = Heartbeats['expect'][number];
