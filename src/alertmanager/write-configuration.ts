import { stringify } from 'yaml';
import { formatMatcher } from '../alerts/matcher-format.js';
import type { Matcher } from '../alerts/matcher.js';
import type { Routing } from '../notifications/routing-table.store.js';
import type { Integration, Receiver } from '../notifications/receiver.schema.js';
import type { InhibitRule } from '../routing/inhibition.js';
import type { TimeInterval } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { writeTimeInterval } from '../routing/write-time-interval.js';
import { formatDuration } from '../schema/duration.js';

/** What Alertmanager writes in place of secrets, and reads back as one. */
const SECRET = '<secret>';

/** Any text as a receiver's name where no route leads anywhere: Alertmanager's own schema insists on one. */
const NOBODY = 'nobody';

/** Fields of targets that are shown as they are: those without secrets that Alertmanager's schema knows. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  webhook: ['max_alerts'],
  slack: (
    'channel username icon_emoji icon_url color title title_link pretext text fallback footer fields short_fields actions ' +
    'callback_id mrkdwn_in image_url thumb_url'
  ).split(' '),
  pagerduty: 'client client_url description severity source component group class details images links'.split(
    ' ',
  ),
  email: ['to', 'from', 'smarthost', 'hello', 'require_tls', 'headers', 'html', 'text'],
};

/** Where a target's secret address or key stands. */
const SECRET_FIELD: Readonly<Record<string, string>> = {
  webhook: 'url',
  slack: 'api_url',
  pagerduty: 'routing_key',
};

/**
 * The routing in force as an `alertmanager.yml` that Alertmanager itself would load: what `config.original` of its API holds, and
 * amtool and Grafana read. Inherited timers are written out, secrets are `<secret>`; template files are left out, for whoever
 * reads this has not got them.
 */
export function writeConfiguration(routing: Routing): string {
  const { route, receivers, inhibitRules, timeIntervals, resolveTimeoutMs } = routing;
  const document = {
    global: { resolve_timeout: formatDuration(resolveTimeoutMs) },
    route: route ? writeRoute(route) : { receiver: NOBODY },
    ...(inhibitRules.length > 0 && { inhibit_rules: inhibitRules.map(writeInhibitRule) }),
    receivers: [
      ...receivers.map((receiver) => writeReceiver(receiver, routing)),
      ...(route ? [] : [{ name: NOBODY }]),
    ],
    ...(timeIntervals.size > 0 && { time_intervals: [...timeIntervals.values()].map(writeInterval) }),
    templates: [],
  };
  return stringify(document, { aliasDuplicateObjects: false });
}

const texts = (matchers: readonly Matcher[]): readonly string[] => matchers.map(formatMatcher);

function writeRoute(route: Route): object {
  return {
    receiver: route.receiver,
    group_by: route.groupBy === 'all' ? ['...'] : route.groupBy,
    ...(route.matchers.length > 0 && { matchers: texts(route.matchers) }),
    ...(route.muteTimeIntervals.length > 0 && { mute_time_intervals: route.muteTimeIntervals }),
    ...(route.activeTimeIntervals.length > 0 && { active_time_intervals: route.activeTimeIntervals }),
    continue: route.continue,
    ...(route.children.length > 0 && { routes: route.children.map(writeRoute) }),
    group_wait: formatDuration(route.groupWaitMs),
    group_interval: formatDuration(route.groupIntervalMs),
    repeat_interval: formatDuration(route.repeatIntervalMs),
  };
}

function writeInhibitRule({ source, target, equal }: InhibitRule): object {
  return {
    source_matchers: texts(source),
    target_matchers: texts(target),
    ...(equal.length > 0 && { equal }),
  };
}

function writeReceiver({ name, integrations }: Receiver, routing: Routing): object {
  const byType = new Map<string, object[]>();
  for (const integration of integrations) {
    const list = byType.get(integration.type) ?? [];
    byType.set(integration.type, [...list, writeTarget(integration, routing)]);
  }
  return { name, ...Object.fromEntries([...byType].map(([type, list]) => [`${type}_configs`, list])) };
}

function writeTarget({ type, config }: Integration, { channelDefaults }: Routing): object {
  const fields = config as unknown as Readonly<Record<string, unknown>>;
  const shown = (SHOWN[type] ?? []).flatMap((name) =>
    fields[name] === undefined ? [] : [[name, fields[name]] as const],
  );
  const { from, smarthost } = channelDefaults.smtp;
  const secret = SECRET_FIELD[type];
  return {
    send_resolved: config.send_resolved,
    ...(type === 'email' && { ...(from && { from }), ...(smarthost && { smarthost }) }),
    ...(secret && { [secret]: SECRET }),
    ...Object.fromEntries(shown),
  };
}

function writeInterval({ name, specs = [] }: TimeInterval): object {
  return { name, time_intervals: specs.map(writeTimeInterval) };
}
