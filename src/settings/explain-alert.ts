import { ALERT_NAME, type Labels } from '../alerts/labels.js';
import { explainPolicies, type PolicyRole } from '../retraining/explain-policy.js';
import { explainInhibition, tellInhibition } from '../routing/explain-inhibition.js';
import { explainRoute, formatExplanation, takenRoutes } from '../routing/explain-route.js';
import { mutedBy } from '../routing/mute-timing.js';
import type { Route } from '../routing/route.js';
import { explainRules, type RuleExplanation } from '../rules/explain-rules.js';
import { closestName } from '../schema/did-you-mean.js';
import { formatDuration } from '../schema/duration.js';
import type { RulesSettings } from './settings.js';

/** The rule behind an alert. */
export interface ExplainedRule {
  readonly alert: string;
  readonly group: string;
  readonly file: string;
  readonly kind: string;
  readonly query: string;
  readonly interval: string;
  readonly for: string;
  readonly keepFiringFor: string;
  /** Labels it gives besides those asked for. */
  readonly adds: Labels;
  /** Labels that it gives and only the series decide. */
  readonly templated: readonly string[];
}

/** A rule of that name that cannot give the alert. */
export interface OtherRule {
  readonly alert: string;
  readonly group: string;
  readonly file: string;
  /** `gives severity="warning", asked for "critical"`. */
  readonly why: readonly string[];
}

/** A route that notifies. Durations as people write them. */
export interface TakenRoute {
  readonly route: string;
  readonly receiver: string;
  /** Types of the receiver's channels. */
  readonly channels: readonly string[];
  readonly group: string;
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  /** Why it is quiet at that time; absent when it is not. */
  readonly mutedBy?: string;
}

/** What a policy of the model would make of the alert, firing alone for as long as it asks, with no run before. */
export interface ExplainedPolicy {
  readonly policy: string;
  readonly mode: string;
  readonly role: PolicyRole;
  readonly trigger: string;
  readonly sustained: string;
  readonly decision: string;
  readonly reason: string;
  readonly failed: readonly { readonly gate: string; readonly detail: string }[];
}

/** One way in which an alert with the labels could come about, and what would follow. */
export interface ExplainedAlert {
  /** Those asked for, and those the rule adds. */
  readonly labels: Labels;
  /** Absent when no rule gives such an alert: it would have to come from elsewhere. */
  readonly rule?: ExplainedRule;
  /** The routing tree, a line per route; empty when there is none. */
  readonly tree: readonly string[];
  readonly routes: readonly TakenRoute[];
  readonly inhibition: readonly string[];
  readonly policies: readonly ExplainedPolicy[];
}

/** The answer of `retune explain`; plain data, as `--json` prints it. */
export interface AlertExplanation {
  readonly asked: Labels;
  readonly at: string;
  readonly alerts: readonly ExplainedAlert[];
  readonly others: readonly OtherRule[];
  /** A name that some rule has and that looks like the one asked for, when none has that. */
  readonly didYouMean?: string;
}

/** Which rule, routes, receivers, inhibit rules and policies an alert with these labels would meet at `at`, and why. */
export function explainAlert(settings: RulesSettings, asked: Labels, at: Date): AlertExplanation {
  const found = explainRules(settings.groups, asked);
  const able = found.filter(({ conflicts }) => conflicts.length === 0);
  const names = settings.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const name = asked[ALERT_NAME];
  const meant = name === undefined || found.length > 0 ? undefined : closestName(name, names);
  return {
    asked,
    at: at.toISOString(),
    alerts:
      able.length > 0
        ? able.map((each) => follow(settings, { ...each.adds, ...asked }, each, at))
        : [follow(settings, asked, undefined, at)],
    others: found
      .filter(({ conflicts }) => conflicts.length > 0)
      .map(({ rule, group, conflicts }) => ({
        alert: rule.alert,
        group: group.name,
        file: group.file,
        why: conflicts.map(({ wants, asked: value }) => `${wants}, asked for ${JSON.stringify(value)}`),
      })),
    ...(meant === undefined ? {} : { didYouMean: meant }),
  };
}

function follow(
  settings: RulesSettings,
  labels: Labels,
  explained: RuleExplanation | undefined,
  at: Date,
): ExplainedAlert {
  const routed = settings.route && explainRoute(settings.route, labels);
  return {
    labels,
    ...(explained && { rule: viewRule(explained) }),
    tree: routed ? formatExplanation(routed).split('\n') : [],
    routes: routed
      ? takenRoutes(routed).map(({ route, group }) => viewRoute(settings, route, group?.displayKey ?? '', at))
      : [],
    inhibition: explainInhibition(settings.inhibitRules, labels).map(tellInhibition),
    policies: explainPolicies(settings.policies, labels, explained?.rule.kind, at).map(
      ({ policy, role, trigger, decision, reason, failed }) => ({
        policy: policy.name,
        mode: policy.mode,
        role,
        trigger,
        sustained: formatDuration(policy.sustainedMs),
        decision,
        reason,
        failed: failed.map(({ gate, detail }) => ({ gate, detail })),
      }),
    ),
  };
}

function viewRule({ rule, group, adds, templated }: RuleExplanation): ExplainedRule {
  return {
    alert: rule.alert,
    group: group.name,
    file: group.file,
    kind: rule.kind,
    query: rule.query.trim().replaceAll(/\s+/g, ' '),
    interval: formatDuration(group.intervalMs),
    for: formatDuration(rule.forMs),
    keepFiringFor: formatDuration(rule.keepFiringForMs),
    adds,
    templated,
  };
}

function viewRoute(settings: RulesSettings, route: Route, group: string, at: Date): TakenRoute {
  const muted = mutedBy(route, settings.timeIntervals, at);
  const receiver = settings.receivers.find(({ name }) => name === route.receiver);
  return {
    route: route.displayKey,
    receiver: route.receiver,
    channels: (receiver?.integrations ?? []).map(({ type }) => type),
    group,
    groupWait: formatDuration(route.groupWaitMs),
    groupInterval: formatDuration(route.groupIntervalMs),
    repeatInterval: formatDuration(route.repeatIntervalMs),
    ...(muted && { mutedBy: muted.kind === 'mute' ? `muted by ${muted.name}` : `outside of ${muted.name}` }),
  };
}
