import type { Routing } from '../notifications/routing-table.store.js';
import type { MetricSample } from '../platform/ports.js';
import type { Route } from '../routing/route.js';
import { type Silence, silenceState } from '../routing/silence.js';
import type { StandingAlert } from './standing-alerts.js';

/** What is measured when somebody asks, by its name without the prefix `alertmanager_`: labels and help text. */
export const GAUGES = {
  build_info: { labels: ['version', 'branch', 'goversion'], help: 'Version of the API, and what serves it.' },
  alerts: { labels: ['state'], help: 'Alerts that fire, by what becomes of them.' },
  silences: { labels: ['state'], help: 'Silences by state.' },
  receivers: { labels: [], help: 'Receivers that routes name.' },
  integrations: { labels: [], help: 'Targets of these receivers.' },
  inhibition_rules: { labels: [], help: 'Inhibition rules in force.' },
  dispatcher_aggregation_groups: { labels: [], help: 'Groups that are notified together.' },
  config_hash: { labels: [], help: 'A number that changes with the configuration.' },
  config_last_reload_successful: { labels: [], help: 'Whether the last reload was accepted.' },
  config_last_reload_success_timestamp_seconds: {
    labels: [],
    help: 'When the running configuration was loaded.',
  },
  cluster_enabled: { labels: [], help: 'Whether this process is listed in a cluster.' },
  cluster_members: { labels: [], help: 'Members of the cluster that this process knows of: itself.' },
  cluster_failed_peers: { labels: [], help: 'Always 0: processes meet in the database.' },
  cluster_health_score: { labels: [], help: 'Always 0, which is best.' },
  peer_position: { labels: [], help: 'Always 0: whoever claims a group in the database notifies.' },
} as const satisfies Record<string, { labels: readonly string[]; help: string }>;

/** A name of {@link GAUGES}. */
export type GaugeName = keyof typeof GAUGES;

const counted = (label: string, kinds: readonly string[], of: readonly string[]): readonly MetricSample[] =>
  kinds.map((kind) => ({ labels: { [label]: kind }, value: of.filter((one) => one === kind).length }));

/** `alerts{state}`: an alert is `suppressed` while a silence or another alert keeps it quiet. Nothing waits to be processed here. */
export function sampleAlerts(standing: readonly StandingAlert[]): readonly MetricSample[] {
  const states = standing.map(({ silencedBy, inhibitedBy }) =>
    silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active',
  );
  return counted('state', ['active', 'suppressed', 'unprocessed'], states);
}

/** `silences{state}` at `now`. */
export function sampleSilences(silences: readonly Silence[], now: Date): readonly MetricSample[] {
  const states = silences.map((silence) => silenceState(silence, now));
  return counted('state', ['active', 'expired', 'pending'], states);
}

/** `config_hash`: the first 48 bits of the hash, as many as a number of Prometheus holds exactly. */
export function sampleConfigHash(hexDigest: string): readonly MetricSample[] {
  return [{ labels: {}, value: Number.parseInt(hexDigest.slice(0, 12), 16) }];
}

/** The receivers that some route names: what `receivers` and `integrations` count. */
export function usedReceivers({
  route,
  receivers,
}: Pick<Routing, 'route' | 'receivers'>): Routing['receivers'] {
  const walk = (at: Route): readonly string[] => [at.receiver, ...at.children.flatMap(walk)];
  const named = new Set(route ? walk(route) : []);
  return receivers.filter(({ name }) => named.has(name));
}

/** Attempts of one process to deliver, as they were counted: how many, to which kind of target, and how they ended. */
export interface CountedAttempts {
  readonly channel: string;
  readonly outcome: string;
  readonly count: number;
}

/** Why an attempt failed, in Alertmanager's words; undefined when it did not. What is tried again tells no more than that. */
function failure(outcome: string): 'clientError' | 'other' | undefined {
  if (outcome === 'delivered') return undefined;
  return outcome === 'retry' ? 'other' : 'clientError';
}

/**
 * `notifications_total`, and with `failed` `notifications_failed_total`, for each kind of target that a receiver has, so that
 * rates work from the start. Here every attempt counts: one message may be tried for hours, and who watches wants to know now.
 */
export function sampleNotifications(
  attempts: readonly CountedAttempts[],
  receivers: Routing['receivers'],
  { failed }: { readonly failed: boolean },
): readonly MetricSample[] {
  const integrations = new Set(
    receivers.flatMap((receiver) => receiver.integrations.map(({ type }) => type)),
  );
  for (const { channel } of attempts) integrations.add(channel);
  const reasons = failed ? (['clientError', 'other'] as const) : [undefined];
  return [...integrations].flatMap((integration) =>
    reasons.map((reason) => ({
      labels: { integration, ...(reason && { reason }) },
      value: attempts
        .filter(({ channel, outcome }) => channel === integration && (!reason || failure(outcome) === reason))
        .reduce((sum, { count }) => sum + count, 0),
    })),
  );
}
